import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { newLoad, requireSameAnswers } from '../loads.ts'

const CONNECTIONS = [1, 16, 256]
const SAME_CALLS = 'node:http, same calls'

export const newSearches: BenchCase = {
  name: 'new',
  what: 'POST of new artifacts, until the last search is done, beside a server that makes the same calls',
  async *run(bench) {
    const { effort } = bench.options
    const database = await bench.database()
    const servers = [
      await bench.service('service', { database }),
      await bench.bare(SAME_CALLS, { database }),
      ...(await bench.before({ database })),
    ]
    for (const connections of CONNECTIONS) {
      const work = newLoad(bench, database, connections)
      await requireSameAnswers(servers, work.load)
      await work.settle(servers.length)
      const contenders = servers.map((server) => ({ name: server.name, server, ...work }))
      const about = { case: 'new', what: 'POST', at: connections }
      yield* await compare(contenders, about, { effort, budgets: { [SAME_CALLS]: { least: 0.8 } } })
    }
    for (const server of servers) await server.stop()
  },
}
