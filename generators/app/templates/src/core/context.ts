import type { Logger } from 'pino'
import type { Events } from './events.ts'
import type { Rules } from './gate/rules.ts'
import type { Dispatch } from './search/dispatch.ts'
import type { Runner } from './search/runner.ts'
import type { FileFacts, Store } from './store/store.ts'

/** What the procedures work with. */
export interface Context {
  store: Store
  runner: Runner
  dispatch: Dispatch
  /** What may leave the house. */
  rules: Rules
  events: Events
  log: Logger
  /** The key of the search ids. */
  searchIdKey: Buffer
  settings: {
    retrySecs: number
    syncWaitMs: number
    uploadFiles: boolean
    maxWaitSecs: number
  }
  /** The file that came with the artifact of this request. */
  upload?: Upload
}

/** A file that came with an artifact. */
export interface Upload extends FileFacts {
  /** Its name as its sender gave it, without a path; perhaps empty. */
  name: string
  /** Where the store has its content, if that was wanted. */
  key?: string
  /** Set once a search has the content and will remove it; until then that is up to whoever received it. */
  taken: boolean
}
