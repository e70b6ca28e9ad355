import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { finishedRequests, newRequests } from '../loads.ts'

const CONNECTIONS = 16
const SMALL = 1000

export const growth: BenchCase = {
  name: 'growth',
  what: 'many results and many waiting searches, beside 1,000 results',
  async *run(bench) {
    const { effort, stored, waiting, quick } = bench.options
    const between = quick
      ? []
      : [
          { results: stored / 10, waiting: 0 },
          { results: SMALL, waiting },
        ]
    const sizes = [{ results: SMALL, waiting: 0 }, ...between, { results: stored, waiting }]
    const filled = []
    for (const size of sizes) {
      const database = await bench.database()
      // the service makes the indexes
      const server = await bench.service(nameOf(size), { database })
      await database.addResults(size.results)
      await database.addWaiting(size.waiting)
      filled.push({ ...size, name: nameOf(size), database, server })
    }
    const [small, ...larger] = filled as [(typeof filled)[0], ...typeof filled]
    for (const large of larger) {
      for (const kind of ['GET', 'POST', 'new'] as const) {
        const contenders = [large, small].map(({ name, server, database, results }) => {
          if (kind !== 'new') {
            const requests = finishedRequests(kind, results, database)
            return { name, server, load: { connections: CONNECTIONS, requests, statuses: [200] } }
          }
          const settle = (amount: number) => bench.settle(amount, database)
          return { name, server, settle, load: { connections: CONNECTIONS, requests: newRequests(), statuses: [303] } }
        })
        const what = `${kind === 'new' ? 'POST of new artifacts' : `${kind} of a finished search`}, ${large.name}`
        const budgets = { [small.name]: { least: 0.95 } }
        yield* await compare(contenders, { case: 'growth', what }, { effort, budgets })
      }
    }
    for (const { server } of filled) await server.stop()
  },
}

function nameOf({ results, waiting }: { results: number; waiting: number }): string {
  const all = `${results.toLocaleString('en')} results`
  return waiting === 0 ? all : `${all} and ${waiting.toLocaleString('en')} waiting`
}
