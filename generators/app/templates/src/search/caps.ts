import type { Searcher } from './searcher.ts'

/** How many searches each searcher may run at once, so that one that hangs does not take all of a replica's slots. */
export interface Caps {
  /** Runs the work within the searcher's cap; `undefined`, and nothing run, when that is reached. */
  run<T>(searcher: Searcher, work: () => Promise<T>): Promise<T | undefined>
  /** The names of the searchers that have reached their cap. */
  busy(): string[]
}

/** @param concurrency the cap of all searchers together; one that has no cap of its own and company gets half. */
export function createCaps(searchers: readonly Searcher[], concurrency: number): Caps {
  const share = searchers.length > 1 ? Math.ceil(concurrency / 2) : concurrency
  const running = new Map(searchers.map((searcher) => [searcher.name, 0]))
  const capOf = (searcher: Searcher) => searcher.concurrency ?? share

  return {
    async run(searcher, work) {
      const count = running.get(searcher.name) ?? 0
      if (count >= capOf(searcher)) return undefined
      running.set(searcher.name, count + 1)
      try {
        return await work()
      } finally {
        running.set(searcher.name, running.get(searcher.name)! - 1)
      }
    },
    busy: () => searchers.filter((one) => running.get(one.name)! >= capOf(one)).map(({ name }) => name),
  }
}
