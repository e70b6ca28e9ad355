import type { BenchCase } from '../bench.ts'
import { compare } from '../compare.ts'
import { partlyKnown } from '../database.ts'
import { cycling, newLoad, newRequests } from '../loads.ts'

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
    await database.addResults(0, stored, partlyKnown)
    const contenders = [
      { name: 'due', server, ...newLoad(bench, database, CONNECTIONS, cycling(stored, partlyKnown)) },
      { name: NEW, server, ...newLoad(bench, database, CONNECTIONS, newRequests('hash.sha256')) },
    ]
    const about = { case: 'due', what: 'one of three', at: CONNECTIONS }
    yield* await compare(contenders, about, { effort, budgets: { [NEW]: { least: 1 } } })
    await server.stop()
  },
}
