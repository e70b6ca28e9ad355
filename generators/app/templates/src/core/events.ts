import { EventEmitter } from 'node:events'
import type { Reach } from './gate/decide.ts'
import type { AnyArtifact } from './protocol/artifact.ts'
import type { NotAsked, Outcome } from './protocol/outcome.ts'

/** What a request was for. */
export const ENDPOINTS = ['scan', 'result', 'capabilities', 'trpc', 'other'] as const
export type Endpoint = (typeof ENDPOINTS)[number]

/** What happens in this process, for those who watch it: metrics, the status page, alerts. Times are milliseconds. */
export interface EventMap {
  request: [{ endpoint: Endpoint; status: number; ms: number }]
  /** A search begins to run here; taken over from a replica that crashed, or lost its lease. */
  searchStarted: [{ id: string; type: string; takenOver: boolean }]
  /** It has its result; `ms` is how long that took since it was handed in. */
  searchFinished: [{ id: string; artifact: AnyArtifact; outcomes: readonly Outcome[]; ms: number }]
  /** It went back to the store, to wait for a place or a turn. */
  searchPutBack: [{ id: string }]
  /** Sources are not asked about an artifact, by a rule of the gate. */
  keptIn: [{ kept: readonly NotAsked[] }]
  /** A look-up has its outcome; `ms` is how long it took from its beginning. */
  lookUpFinished: [{ outcome: Outcome; ms: number }]
  /** A look-up waits again, because its source wants to be left alone. */
  lookUpPutBack: [{ id: string; lookUp: string; afterSecs: number }]
  /** A look-up has ended, with an outcome or without: its place is free. */
  lookUpEnded: [{ lookUp: string }]
  /** Look-ups of a search that runs here, or that has gone back to the store, could begin. */
  lookUpsWait: [{ lookUps: readonly string[] }]
  /** A source that somebody outside runs is about to be told something. */
  told: [{ source: string; reach: Reach }]
  /** A call to a source ended: with an HTTP status, or without one. */
  sourceCalled: [{ source: string; status: number | 'timeout' | 'unavailable'; ms: number }]
  breakerChanged: [{ source: string; open: boolean }]
  storeCalled: [{ operation: string; ms: number; available: boolean }]
}

/** Where these are emitted. A listener must not throw. */
export type Events = EventEmitter<EventMap>

/** Makes the emitter of a process; there is one. */
export function createEvents(): Events {
  return new EventEmitter<EventMap>()
}
