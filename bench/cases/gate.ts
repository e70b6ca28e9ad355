import { WITH_GATE, type BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { finishedRequests, newRequests } from '../loads.ts'

const STORED = 1000
const CONNECTIONS = 16
const WITHOUT = 'without'

export const gate: BenchCase = {
  name: 'gate',
  what: "the gate's settings in use and the ledger on, beside neither",
  async *run(bench) {
    const { effort } = bench.options
    const contenders = []
    for (const [name, env] of [
      ['gate and ledger', WITH_GATE],
      [WITHOUT, undefined],
    ] as const) {
      const database = await bench.database()
      const server = await bench.service(name, { database, ...(env && { env }) })
      await database.addResults(STORED)
      contenders.push({ name, database, server })
    }
    for (const what of ['GET', 'POST'] as const) {
      const loads = contenders.map(({ name, server, database }) => {
        const requests = finishedRequests(what, STORED, database)
        return { name, server, load: { connections: CONNECTIONS, requests, statuses: [200] } }
      })
      const about = { case: 'gate', what: `${what} of a finished search`, at: CONNECTIONS }
      yield* await compare(loads, about, { effort, budgets: { [WITHOUT]: { least: 0.97 } } })
    }
    const loads = contenders.map(({ name, server, database }) => ({
      name,
      server,
      load: { connections: CONNECTIONS, requests: newRequests(), statuses: [303] },
      settle: (amount: number) => bench.settle(amount, database),
    }))
    const about = { case: 'gate', what: 'POST of new artifacts', at: CONNECTIONS }
    yield* await compare(loads, about, { effort, budgets: { [WITHOUT]: { least: 0.9 } } })
    for (const { server } of contenders) await server.stop()
  },
}
