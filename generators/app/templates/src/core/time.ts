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

/** Waits. An aborted signal ends the wait early, without an error. It uses the global timer, which tests can mock. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
    if (signal?.aborted) end()
  })
}
