/** How often something may be done: at most `calls` times within any `ms` milliseconds. */
export interface RateWindow {
  calls: number
  ms: number
}

/** Who wants a turn. */
export interface TurnTaker {
  /** The same whenever it comes back, whichever replica it comes from: so it keeps its place. */
  id: string
  /** Since when it has waited, if it had a turn before that came to nothing: that place is still its own. */
  since?: Date
}

/** What a caller is told who wants a turn. */
export interface Turn {
  /**
   * Whether it is the caller's turn now, or it is to come back after `waitMs`; or the wait would be longer than
   * `MAX_TURN_WAIT_MS` in all, and no place is kept for it.
   */
  state: 'granted' | 'waiting' | 'too_long'
  /** In milliseconds. */
  waitMs: number
  since: Date
  /** Whether nobody else has a turn until `end` is called. */
  alone: boolean
}

/** The longest that anyone waits for a turn: in milliseconds. */
export const MAX_TURN_WAIT_MS = 3_600_000
/** How long the place of one who does not come back in time is kept for it: in milliseconds. */
export const PLACE_KEPT_MS = 60_000
/** How many places are kept. Who comes after so many is told when to come back, but has no place until then. */
export const MAX_PLACES = 1000
/** How long after it was held back a source is asked by one caller at a time: in milliseconds. */
export const CAUTION_MS = 600_000
/** The longest that a turn alone lasts whose taker does not end it, because it has crashed: in milliseconds. */
export const ALONE_MS = 60_000
/** How soon somebody else's turn alone may be over, for each who waits for that: in milliseconds. */
export const ALONE_WAIT_MS = 500

/**
 * Lets callers of all replicas take turns, so that a source is asked no more often than it allows. They are served in
 * the order in which they came; who waits long goes away and comes back. Every method may throw `StoreUnavailableError`.
 */
export interface Turns {
  /** Takes a turn if each window has room for one more beside those who have waited longer, or a place in the queue. */
  take(queue: string, taker: TurnTaker, windows: readonly RateWindow[]): Promise<Turn>
  /** Gives nobody a turn before this many seconds have gone by, and then for a while to one caller at a time. */
  holdBack(queue: string, secs: number): Promise<void>
  /** Ends a turn that was given to one caller alone. */
  end(queue: string): Promise<void>
}
