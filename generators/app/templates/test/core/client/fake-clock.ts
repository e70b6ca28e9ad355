import type { Clock } from '../../../src/core/time.ts'

/** A clock that stands still but for the waits of who uses it, which are over at once. */
export interface FakeClock extends Clock {
  /** Every wait so far: in milliseconds. */
  readonly waits: number[]
  /** The time of every call so far: in milliseconds. */
  readonly deadlines: number[]
  /** Lets time pass: in milliseconds. */
  advance(ms: number): void
  /** Lets the deadlines of all calls that are under way run out. */
  expireDeadlines(): void
}

/** Makes a clock at the beginning of 2026. */
export function createFakeClock(): FakeClock {
  let now = Date.UTC(2026, 0, 1)
  const waits: number[] = []
  const deadlines: number[] = []
  const underWay = new Set<() => void>()
  return {
    waits,
    deadlines,
    now: () => now,
    monotonic: () => now,
    random: () => 0.5,
    async sleep(ms, signal) {
      signal.throwIfAborted()
      waits.push(ms)
      now += ms
    },
    after(ms, callback) {
      deadlines.push(ms)
      underWay.add(callback)
      return () => underWay.delete(callback)
    },
    advance(ms) {
      now += ms
    },
    expireDeadlines() {
      for (const callback of underWay) callback()
    },
  }
}
