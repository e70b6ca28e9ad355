import type { RateState } from '../rate-windows.ts'
import type { ReadableRateStore } from '../store.ts'

/**
 * How often sources were asked, in one process.
 * @param now the clock, in milliseconds since 1970.
 */
export function createMemoryRates(now: () => number): ReadableRateStore {
  const states = new Map<string, RateState>()
  return {
    async update(quota, decide) {
      const { state, result } = decide(states.get(quota), now())
      if (state) states.set(quota, state)
      return result
    },
    async read(quotas) {
      const known = quotas.flatMap((quota) => {
        const state = states.get(quota)
        return state ? [[quota, { state, now: now() }] as const] : []
      })
      return new Map(known)
    },
  }
}
