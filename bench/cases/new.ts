import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { newRequests, requireSameAnswers } from '../loads.ts'

const CONNECTIONS = [1, 16, 256]
const SAME_CALLS = 'node:http, same calls'

export const newSearches: BenchCase = {
  name: 'new',
  what: 'POST of new artifacts, until the last search is done',
  async *run(bench) {
    const { effort } = bench.options
    const database = await bench.database()
    const servers = [
      await bench.service('service', { database }),
      await bench.bare(SAME_CALLS, { database }),
      ...(await bench.before({ database })),
    ]
    const requests = newRequests()
    await requireSameAnswers(servers, requests)
    await bench.settle(servers.length, database)
    for (const at of CONNECTIONS) {
      const load = { connections: at, requests, statuses: [303] }
      const settle = (amount: number) => bench.settle(amount, database)
      const contenders = servers.map((server) => ({ name: server.name, server, load, settle }))
      const budgets = { [SAME_CALLS]: { least: 0.8 } }
      yield* await compare(contenders, { case: 'new', what: 'POST', at }, { effort, budgets })
    }
    for (const server of servers) await server.stop()
  },
}
