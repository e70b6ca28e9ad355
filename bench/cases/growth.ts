import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { loadOf } from '../loads.ts'

const CONNECTIONS = 16
const SMALL = 1000
const BESIDE = '1,000 results'

export const growth: BenchCase = {
  name: 'growth',
  what: 'many results, and then many waiting searches too, beside 1,000 results',
  async *run(bench) {
    const { effort, stored, waiting } = bench.options
    const [small, large] = [await bench.database(), await bench.database()]
    // the services make the indexes
    const service = {
      small: await bench.service('small', { database: small }),
      large: await bench.service('large', { database: large }),
    }
    await small.addResults(0, SMALL)
    const common = { bench, connections: CONNECTIONS }
    const now = { results: 0, waiting: 0 }
    for (const next of [{ results: stored / 10 }, { results: stored }, { waiting: waiting / 10 }, { waiting }]) {
      const size = { ...now, ...next }
      await large.addResults(now.results, size.results)
      await large.addWaiting(now.waiting, size.waiting)
      Object.assign(now, size)
      for (const kind of ['GET', 'POST', 'new'] as const) {
        const contenders = [
          { name: 'large', server: service.large, ...loadOf(kind, size.results, { ...common, database: large }) },
          { name: BESIDE, server: service.small, ...loadOf(kind, SMALL, { ...common, database: small }) },
        ]
        const isLast = size.waiting === waiting
        const [what, at] = size.waiting === 0 ? ['results', size.results] : ['waiting', size.waiting]
        const about = { case: 'growth', what: `${kind}, ${what}`, at: Number(at) }
        yield* await compare(contenders, about, { effort, budgets: { [BESIDE]: isLast ? { least: 0.95 } : undefined } })
      }
    }
    await service.small.stop()
    await service.large.stop()
  },
}
