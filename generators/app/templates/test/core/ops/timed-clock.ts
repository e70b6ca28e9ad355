import type { Clock } from '../../../src/core/time.ts'

/** A clock whose time passes when a test says so. Mocks of the real timers are in the way of who else uses those. */
export interface TimedClock extends Pick<Clock, 'now' | 'after'> {
  /** Lets time pass, and calls back who waited for that: in milliseconds. */
  tick(ms: number): void
}

/** Makes a clock that begins at some time: in milliseconds since 1970. */
export function createTimedClock(begin: number): TimedClock {
  let now = begin
  const timers = new Set<{ at: number; callback: () => void }>()
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    tick(ms) {
      const until = now + ms
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)
        if (!next) break
        timers.delete(next)
        now = next.at
        next.callback()
      }
      now = until
    },
  }
}
