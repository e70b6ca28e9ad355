import { WITH_GATE, type BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { loadOf } from '../loads.ts'

const STORED = 1000
const CONNECTIONS = 16
const WITHOUT = 'without'

export const gate: BenchCase = {
  name: 'gate',
  what: "the gate's settings in use and the ledger on, beside neither",
  async *run(bench) {
    const { effort } = bench.options
    const databases = [await bench.database(), await bench.database()] as const
    const [withGate, without] = databases
    const servers = [
      await bench.service('with', { database: withGate, env: WITH_GATE }),
      await bench.service(WITHOUT, { database: without }),
    ]
    for (const database of databases) await database.addResults(0, STORED)
    for (const kind of ['GET', 'POST', 'new'] as const) {
      const contenders = servers.map((server, index) => {
        const work = loadOf(kind, STORED, { bench, database: databases[index]!, connections: CONNECTIONS })
        return { name: server.name, server, ...work }
      })
      const budgets = { [WITHOUT]: { least: kind === 'new' ? 0.9 : 0.97 } }
      yield* await compare(contenders, { case: 'gate', what: kind, at: CONNECTIONS }, { effort, budgets })
    }
    for (const server of servers) await server.stop()
  },
}
