import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Watches how long the event loop is held, in time that this thread has a core (Linux) so that other processes do not
 * count; the function that it gives ends it, and says the longest time in milliseconds.
 */
export function watchLoop(): () => number {
  let longestMs = 0
  let last = busyMs()
  const timer = setInterval(() => {
    const now = busyMs()
    longestMs = Math.max(longestMs, now - last)
    last = now
  }, 1)
  return () => {
    clearInterval(timer)
    return Math.max(longestMs, busyMs() - last)
  }
}

/** The time that this thread has had a core: in milliseconds. */
export function busyMs(): number {
  return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6
}

/** The memory of this process once its garbage is collected: in megabytes. */
export function settledMb(): number {
  for (let i = 0; i < 5; i++) globalThis.gc?.()
  return process.memoryUsage().rss / 1e6
}

/** Has the kernel forget the most memory so far (Linux). */
export function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5')
}

/** The most memory since it was forgotten: in megabytes. */
export function peakMb(): number {
  const [, kB] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return (Number(kB) * 1024) / 1e6
}
