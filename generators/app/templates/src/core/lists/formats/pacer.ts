import { setImmediate as turn } from 'node:timers/promises'

/** How long work may hold the event loop before it gives others a turn: in milliseconds. */
const STINT_MS = 10

/** Lets long work give way from time to time: `if (pacer.isDue()) await pacer.rest()`. */
export class Pacer {
  #since = performance.now()

  /** Whether the work has gone on for long. */
  isDue(): boolean {
    return performance.now() - this.#since > STINT_MS
  }

  /** Lets the event loop do everything else that there is to do. */
  async rest(): Promise<void> {
    await turn()
    this.#since = performance.now()
  }
}
