import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { partlyKnown } from '../database.ts'
import { cycling, newRequests } from '../loads.ts'

const CONNECTIONS = 16
/** More than are asked for within the second in which the third outcome of each is fresh. */
const STORED = { usual: 20_000, quick: 5000 }
const NEW = 'new search of one'

export const due: BenchCase = {
  name: 'due',
  what: 'POST with one due look-up of three, beside a new search of one',
  async *run(bench) {
    const { effort, quick } = bench.options
    const database = await bench.database()
    const server = await bench.service('service', { database })
    const stored = quick ? STORED.quick : STORED.usual
    await database.addResults(stored, partlyKnown)
    const settle = (amount: number) => bench.settle(amount, database)
    const common = { server, settle }
    const load = { connections: CONNECTIONS, statuses: [303] }
    const contenders = [
      { name: 'one due of three', ...common, load: { ...load, requests: cycling(stored, partlyKnown) } },
      { name: NEW, ...common, load: { ...load, requests: newRequests('hash.sha256') } },
    ]
    const about = { case: 'due', what: 'POST with one due look-up of three', at: CONNECTIONS }
    yield* await compare(contenders, about, { effort, budgets: { [NEW]: { least: 1 } } })
    await server.stop()
  },
}
