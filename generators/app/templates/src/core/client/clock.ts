import { pause } from '../pause.ts'

/** Where the client has its time and its chance from; tests bring their own. */
export interface Clock {
  /** In milliseconds since 1970. */
  now(): number
  /** Waits so many milliseconds; rejects with the signal's reason when that is aborted before. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Calls back after so many milliseconds, unless the function that it gives is called before. */
  after(ms: number, callback: () => void): () => void
  /** From 0 to 1. */
  random(): number
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
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
