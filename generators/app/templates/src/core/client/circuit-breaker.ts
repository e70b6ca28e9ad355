import type { Clock } from '../time.ts'
import { SourceError } from './source-error.ts'

/** How many failures in a row open a breaker. */
const FAILURES = 5
/** How long it stays open before it lets one call through: in milliseconds. */
const OPEN_MS = 30_000

/**
 * A circuit breaker: it opens after some failures in a row, and calls then fail at once. After a while one call is let
 * through, and others wait for what comes of it; if it succeeds, the breaker closes.
 */
export class CircuitBreaker {
  readonly #title: string
  readonly #clock: Clock
  readonly #onChange: (open: boolean) => void
  #failures = 0
  #halfOpenAt = 0
  /** The one call; settles when it is done, whatever came of it. */
  #trial: Promise<void> | undefined

  /** @param onChange is told when it opens and when it closes. */
  constructor(title: string, clock: Clock, onChange: (open: boolean) => void) {
    this.#title = title
    this.#clock = clock
    this.#onChange = onChange
  }

  /** @throws {SourceError} `unavailable`, and nothing done, while the breaker is open. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    while (this.#trial) await this.#trial
    if (this.#failures < FAILURES) return this.#counted(work)
    if (this.#clock.monotonic() < this.#halfOpenAt) throw this.#open()
    const done = this.#counted(work)
    const end = () => {
      this.#trial = undefined
    }
    this.#trial = done.then(end, end)
    return done
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work()
      this.#setFailures(0)
      return result
    } catch (error) {
      this.#count(error)
      throw error
    }
  }

  /** Only "unavailable" and "timeout" tell of a source that is down; any other error shows that it answers. */
  #count(error: unknown): void {
    if (!(error instanceof SourceError)) return
    const isDown = error.kind === 'unavailable' || error.kind === 'timeout'
    this.#setFailures(isDown ? this.#failures + 1 : 0)
    if (this.#failures >= FAILURES) this.#halfOpenAt = this.#clock.monotonic() + OPEN_MS
  }

  #setFailures(failures: number): void {
    const wasOpen = this.#failures >= FAILURES
    this.#failures = failures
    const isOpen = failures >= FAILURES
    if (isOpen !== wasOpen) this.#onChange(isOpen)
  }

  #open(): SourceError {
    const secs = Math.max(1, Math.ceil((this.#halfOpenAt - this.#clock.monotonic()) / 1000))
    return new SourceError(
      'unavailable',
      `${this.#title} has failed ${FAILURES} times in a row and is left alone: it is tried again in about ${secs} s`,
    )
  }
}
