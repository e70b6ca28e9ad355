import { pause } from '../pause.ts'

/** Time and randomness; tests bring their own. */
export interface Clock {
  /** In milliseconds since 1970; it can be set back. */
  now(): number
  /** In milliseconds since some moment. It never goes back, so durations are measured by it. */
  monotonic(): number
  /** Waits this many milliseconds; rejects with the signal's reason if that is aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Calls back after this many milliseconds. The function returned cancels that. */
  after(ms: number, callback: () => void): () => void
  /** A random number from 0 to 1. */
  random(): number
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    await pause(ms, signal)
    signal.throwIfAborted()
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  random: Math.random,
}
