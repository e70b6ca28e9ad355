import type { Reach } from '../../gate/decide.ts'
import type { Load, Waiting } from '../../store/store.ts'
import type { LookUpActivity } from '../recent.ts'

/** A rate window as it stands: `used` of `calls` within `ms` milliseconds, as the source counts. */
export interface WindowUse {
  calls: number
  ms: number
  used: number
}

/** When a source may be asked again. Times are by the store's clock: milliseconds since 1970. */
export interface Turns {
  windows: WindowUse[]
  /** When the next call may be made; `now`, if it may be made at once. */
  nextAt: number
  /** Whether that is because the source said so, not because of its windows. */
  isTold: boolean
  now: number
}

/** What is known of a source that the service asks, or of a searcher with code of its own. */
export interface SourceFacts {
  id: string
  title: string
  /** The artifact types that it looks up here; none for a source that only others ask. */
  types: readonly string[]
  reach: Reach
  /** Marks that it may see beyond its reach. */
  maySee: readonly string[]
  ask: 'always' | 'if-nothing-found' | 'never'
  /** Why it is not asked yet, if it is a skeleton. */
  unfinished?: string | undefined
  /** The setting that is missing before it can be asked, and where its value comes from. */
  missing?: { setting: string; from?: string | undefined } | undefined
  /** The settings that a remedy names; none of code that asks no source. */
  settings?: { key: string; rateLimit: string } | undefined
  /** For the whole service; nothing while the store is away. */
  turns?: Turns | undefined
  /** For the whole service; nothing while the store is away. */
  waiting?: Waiting | undefined
  /** In this replica. */
  activity?: LookUpActivity | undefined
  /** Since when this replica leaves it alone, after many failures in a row. */
  leftAloneSince?: number | undefined
}

/** What there is to do, and for whom it waits: read together. */
export interface Backlog {
  /** Nothing while the store is away. */
  load: Load | undefined
  sources: readonly SourceFacts[]
}
