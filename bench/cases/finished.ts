import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { finishedLoad, requireSameAnswers } from '../loads.ts'

const STORED = 1000
const CONNECTIONS = [1, 16, 256]
const PLAIN = 'node:http'
const GATHERING = 'node:http that gathers'

export const finished: BenchCase = {
  name: 'finished',
  what: 'GET and POST of a finished search, beside bare servers',
  async *run(bench) {
    const { effort } = bench.options
    const database = await bench.database()
    const servers = [
      await bench.service('service', { database }),
      await bench.bare(PLAIN, { database }),
      await bench.bare(GATHERING, { database, gathers: true }),
      ...(await bench.before({ database })),
    ]
    await database.addResults(0, STORED)
    for (const what of ['GET', 'POST'] as const) {
      for (const connections of CONNECTIONS) {
        const work = finishedLoad(what, STORED, { database, connections })
        await requireSameAnswers(servers, work.load)
        const contenders = servers.map((server) => ({ name: server.name, server, ...work }))
        // one request alone has no other to be gathered with
        const gathering = connections === 1 ? undefined : { least: 0.85 }
        const budgets = { [PLAIN]: { least: 0.9 }, [GATHERING]: gathering }
        yield* await compare(contenders, { case: 'finished', what, at: connections }, { effort, budgets })
      }
    }
    for (const server of servers) await server.stop()
  },
}
