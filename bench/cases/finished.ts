import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { finishedRequests, requireSameAnswers } from '../loads.ts'

const STORED = 1000
const CONNECTIONS = [1, 16, 256]
const PLAIN = 'node:http'
const GATHERING = 'node:http that gathers'

export const finished: BenchCase = {
  name: 'finished',
  what: 'GET and POST of a finished search',
  async *run(bench) {
    const { effort } = bench.options
    const database = await bench.database()
    const servers = [
      await bench.service('service', { database }),
      await bench.bare(PLAIN, { database }),
      await bench.bare(GATHERING, { database, gathers: true }),
      ...(await bench.before({ database })),
    ]
    await database.addResults(STORED)
    for (const what of ['GET', 'POST'] as const) {
      const requests = finishedRequests(what, STORED, database)
      await requireSameAnswers(servers, () => requests[0]!)
      for (const at of CONNECTIONS) {
        const load = { connections: at, requests, statuses: [200] }
        const contenders = servers.map((server) => ({ name: server.name, server, load }))
        // one request alone has no other to be gathered with
        const gathering = at === 1 ? undefined : { least: 0.85 }
        const budgets = { [PLAIN]: { least: 0.9 }, [GATHERING]: gathering }
        yield* await compare(contenders, { case: 'finished', what, at }, { effort, budgets })
      }
    }
    for (const server of servers) await server.stop()
  },
}
