import { setTimeout as sleep } from 'node:timers/promises'
import { WITH_GATE, type BenchCase } from '../bench.ts'
import { drive } from '../drive.ts'
import { newRequests } from '../loads.ts'
import { WITH_COLLECTOR } from '../server.ts'
import { figureOf } from '../stats.ts'

const SEARCHES = { usual: 10_000, quick: 1000 }
const CONNECTIONS = 16
const SETTLE_MS = 2000

export const memory: BenchCase = {
  name: 'memory',
  what: 'memory after 10,000 searches, once garbage is collected',
  async *run(bench) {
    const searches = bench.options.quick ? SEARCHES.quick : SEARCHES.usual
    const database = await bench.database()
    const server = await bench.service('memory', { database, env: WITH_GATE, nodeArgs: WITH_COLLECTOR })
    await sleep(SETTLE_MS)
    const idle = { live: await server.liveMb(), resident: await server.residentMb() }
    await drive(server.url, { connections: CONNECTIONS, requests: newRequests(), statuses: [303] }, searches)
    await bench.settle(searches, database)
    await sleep(SETTLE_MS)
    const after = { live: await server.liveMb(), resident: await server.residentMb() }
    const what = `after ${searches.toLocaleString('en')} searches, beyond idle`
    const more = (name: 'live' | 'resident') => ({ figure: figureOf([after[name] - idle[name]]), unit: 'MB' as const })
    yield { case: 'memory', what: `live ${what}`, ...more('live'), budget: { most: 20 } }
    yield { case: 'memory', what: `resident ${what}`, ...more('resident'), details: { idle, after } }
    await server.stop()
  },
}
