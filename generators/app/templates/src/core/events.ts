import { EventEmitter } from 'node:events'
import type { AnyArtifact } from './protocol/artifact.ts'
import type { Outcome } from './protocol/outcome.ts'

/** What a request was for. */
export type Endpoint = 'scan' | 'result' | 'capabilities' | 'trpc' | 'other'

/** What happens in this process, for those who watch it: metrics, the status page, alerts. Times are milliseconds. */
export interface EventMap {
  request: [{ endpoint: Endpoint; status: number; ms: number }]
  /** A search begins to run here; with more than one attempt, it was begun before by a replica that crashed. */
  searchStarted: [{ id: string; type: string; attempts: number }]
  /** It has its result; `ms` is how long that took since it was handed in. */
  searchFinished: [{ id: string; artifact: AnyArtifact; outcomes: readonly Outcome[]; ms: number }]
  /** It went back to the store, to wait for a source. */
  searchPutBack: [{ id: string; afterSecs: number }]
  searcherFinished: [{ searcher: string; outcome: Outcome; ms: number }]
  /** A call to a source ended: with an HTTP status, or without one. */
  sourceCalled: [{ source: string; status: number | 'timeout' | 'unavailable'; ms: number }]
  /** A call waited for its turn at a source. */
  turnAwaited: [{ source: string; ms: number }]
  breakerChanged: [{ source: string; open: boolean }]
  storeCalled: [{ operation: string; ms: number; available: boolean }]
}

/** Where it is told. Who listens must not throw. */
export type Events = EventEmitter<EventMap>

/** Makes the one place where a process tells what happens in it. */
export function createEvents(): Events {
  return new EventEmitter<EventMap>()
}
