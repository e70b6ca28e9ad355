import type { Clock } from './clock.ts'
import { SourceError } from './source-error.ts'

/** So many failures in a row open a breaker. */
const FAILURES = 5
/** How long it stays open before a call is tried: in milliseconds. */
const OPEN_MS = 30_000

/**
 * Keeps calls from a source that is down, so that searches do not wait for it in vain: after a few failures in a row
 * they fail at once, until one call that is let through after a while succeeds.
 */
export class Breaker {
  readonly #title: string
  readonly #clock: Clock
  readonly #onChange: (open: boolean) => void
  #failures = 0
  #closedAgainAt = 0
  #trying = false

  /** @param onChange is told when it opens and when it closes. */
  constructor(title: string, clock: Clock, onChange: (open: boolean) => void) {
    this.#title = title
    this.#clock = clock
    this.#onChange = onChange
  }

  /** @throws {SourceError} `unavailable`, and nothing done, while the breaker is open. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const isTrial = this.#failures >= FAILURES
    if (isTrial) {
      if (this.#trying || this.#clock.now() < this.#closedAgainAt) throw this.#open()
      this.#trying = true
    }
    try {
      const result = await work()
      this.#setFailures(0)
      return result
    } catch (error) {
      this.#count(error)
      throw error
    } finally {
      if (isTrial) this.#trying = false
    }
  }

  /** Of what a call can end with, only "unavailable" and "timeout" are about the source's health. */
  #count(error: unknown): void {
    if (!(error instanceof SourceError)) return
    const isDown = error.kind === 'unavailable' || error.kind === 'timeout'
    this.#setFailures(isDown ? this.#failures + 1 : 0)
    if (this.#failures >= FAILURES) this.#closedAgainAt = this.#clock.now() + OPEN_MS
  }

  #setFailures(failures: number): void {
    const wasOpen = this.#failures >= FAILURES
    this.#failures = failures
    const isOpen = failures >= FAILURES
    if (isOpen !== wasOpen) this.#onChange(isOpen)
  }

  #open(): SourceError {
    const secs = Math.max(1, Math.ceil((this.#closedAgainAt - this.#clock.now()) / 1000))
    return new SourceError(
      'unavailable',
      `${this.#title} has failed ${FAILURES} times in a row and is left alone: it is tried again in about ${secs} s`,
    )
  }
}
