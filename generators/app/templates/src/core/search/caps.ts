import { pause } from '../pause.ts'
import type { Searcher } from './searcher.ts'

/** How long a search keeps its slot while its searcher is at its cap: in milliseconds. */
const WAIT_MS = 1000

/** How many searches each searcher may run at once, so that one that hangs does not take all of a replica's slots. */
export interface Caps {
  /**
   * Runs the work within the searcher's cap, in the order of the calls.
   * @returns `undefined`, and nothing run, when the cap stays reached for a while or the signal is aborted.
   */
  run<T>(searcher: Searcher, work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined>
  /** The names of the searchers that have reached their cap. */
  busy(): string[]
}

/** @param concurrency the cap of all searchers together; one that has no cap of its own and company gets half. */
export function createCaps(searchers: readonly Searcher[], concurrency: number): Caps {
  const share = searchers.length > 1 ? Math.ceil(concurrency / 2) : concurrency
  const places = new Map(searchers.map((one) => [one.name, createPlaces(one.concurrency ?? share)]))

  return {
    async run(searcher, work, signal) {
      const { take, giveBack } = places.get(searcher.name)!
      if (!(await take(signal))) return undefined
      try {
        return await work()
      } finally {
        giveBack()
      }
    },
    busy: () => [...places].filter(([, { allTaken }]) => allTaken()).map(([name]) => name),
  }
}

/** A number of places, taken in the order of asking. */
function createPlaces(cap: number) {
  const waiting: (() => void)[] = []
  let taken = 0

  return {
    allTaken: () => taken >= cap,
    async take(signal: AbortSignal): Promise<boolean> {
      if (taken < cap) {
        taken += 1
        return true
      }
      const turn = new AbortController()
      const next = () => turn.abort()
      waiting.push(next)
      await pause(WAIT_MS, AbortSignal.any([turn.signal, signal]))
      if (turn.signal.aborted) return true
      waiting.splice(waiting.indexOf(next), 1)
      return false
    },
    giveBack() {
      const next = waiting.shift()
      if (next) next()
      else taken -= 1
    },
  }
}
