import { RetryLater } from '../search/retry-later.ts'
import { StoreUnavailableError } from '../store/store.ts'
import type { RateWindow, Turn, Turns } from '../store/turns.ts'
import type { Clock } from './clock.ts'
import { SourceError } from './source-error.ts'

/** How long a search waits in line here, in all; if it takes longer it goes back to the store: in milliseconds. */
const PATIENCE_MS = 5000
/** When a search is tried again that could not get in line because the store is away: in seconds. */
const STORE_AWAY_SECS = 5

/** What a line is made of. */
export interface LineParts {
  turns: Turns
  /** The queue that all who ask the same source with the same key are in. */
  queue: string
  /** The caller's place in it: the same when its search comes back. */
  caller: string
  /** The source's name. */
  title: string
  windows: readonly RateWindow[]
  clock: Clock
  signal: AbortSignal
}

/** A searcher's place in the line before a source: from its first call in a search to its last. */
export class Line {
  readonly #parts: LineParts
  #since: Date | undefined
  #waitedMs = 0

  constructor(parts: LineParts) {
    this.#parts = parts
  }

  /**
   * Waits for the caller's turn.
   * @param onWait is told of each wait: in milliseconds.
   * @throws {RetryLater} when that takes longer than a few seconds.
   * @throws {SourceError} `rate_limited` when it would take longer than an hour in all.
   */
  async turn(onWait: (ms: number) => void): Promise<Turn> {
    const { turns, queue, caller, title, windows, clock, signal } = this.#parts
    for (;;) {
      const turn = await inStore(turns.take(queue, { id: caller, since: this.#since }, windows))
      this.#since = turn.since
      if (turn.state === 'granted') return turn
      if (turn.state === 'too_long') {
        const message = `${title} takes no more calls for now: the next is possible in about ${duration(turn.waitMs)}`
        throw new SourceError('rate_limited', message)
      }
      onWait(turn.waitMs)
      this.#waitedMs += turn.waitMs
      if (this.#waitedMs > PATIENCE_MS) throw new RetryLater(turn.waitMs / 1000)
      await clock.sleep(turn.waitMs, signal)
    }
  }

  /** Says that the source answered a turn: if it was given to this caller alone, the next may have theirs. */
  async served({ alone }: Turn): Promise<void> {
    const { turns, queue } = this.#parts
    // what was answered stays answered: without the store the turn runs out by itself
    if (alone) await turns.end(queue).catch(ignoreUnavailable)
  }

  /** Says that the source wants to be left alone for so many seconds. */
  async refused(secs: number): Promise<void> {
    await inStore(this.#parts.turns.holdBack(this.#parts.queue, secs))
  }
}

/** Without the store nobody knows whose turn it is, so that nobody calls. */
async function inStore<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw new RetryLater(STORE_AWAY_SECS)
    throw error
  }
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof StoreUnavailableError)) throw error
}

function duration(ms: number): string {
  const minutes = Math.ceil(ms / 60_000)
  return minutes <= 90 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}
