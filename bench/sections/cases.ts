import { bareServersOf, type BareName, type BenchCase, type StoreName } from '../cases.ts'
import { idOf } from '../client.ts'
import type { Database } from '../database.ts'
import { connectionsOf, loadFor, loadOf, SAMPLE, type Stock } from '../loads.ts'
import { measure } from '../measure.ts'
import { inTurns, type Rounds } from '../rounds.ts'
import { firstAnswer, requireSameAnswer } from '../same-answers.ts'
import type { Server } from '../server.ts'
import { authorizationOf, prepareDatabase, startBare, startService, type Bench } from '../setup.ts'
import { fillService } from '../stock.ts'

const WARM_UP_SECONDS = 2
const STOCK = { results: 1000, waiting: SAMPLE }

/** How often and how long is measured. */
export interface Effort {
  rounds: number
  seconds: number
  connections: number[]
}

/** What came of a case with so many connections. */
export interface CaseResult {
  benchCase: BenchCase
  connections: number
  rounds: Rounds<'service' | BareName>
}

/** Measures cases one after the other; each result is given as soon as it is there. */
export async function* measureCases(
  bench: Bench,
  cases: readonly BenchCase[],
  effort: Effort,
): AsyncGenerator<CaseResult> {
  const stock: Stock = { ...STOCK, uploadBody: bench.uploadBody }
  const prepared = new Map<StoreName, Database | undefined>()
  for (const benchCase of cases) {
    const { store } = benchCase
    if (!prepared.has(store)) prepared.set(store, await prepareDatabase(bench, store, stock))
    yield* measureCase(bench, benchCase, { stock, database: prepared.get(store), effort })
  }
}

async function* measureCase(
  bench: Bench,
  benchCase: BenchCase,
  { stock, database, effort }: { stock: Stock; database: Database | undefined; effort: Effort },
): AsyncGenerator<CaseResult> {
  const { kind, auth } = benchCase
  const authorization = authorizationOf(benchCase)
  const headers: Record<string, string> = authorization ? { authorization } : {}
  const service = await startService(bench, { auth, database })
  await fillService(service, { kind, headers, stock, database, source: bench.source })
  const load = await loadOf(benchCase, stock, (artifact) => idOf(service.url, artifact, headers))
  const answer = await firstAnswer(service, load)

  const servers: Partial<Record<'service' | BareName, Server>> = { service }
  for (const name of bareServersOf(benchCase)) {
    const bare = await startBare(bench, name, benchCase, { database, answer })
    await requireSameAnswer(bare, answer, load)
    servers[name] = bare
  }
  const names = Object.keys(servers) as ('service' | BareName)[]
  const run = (name: 'service' | BareName, connections: number, seconds: number) => {
    const server = servers[name]!
    return measure(bench, server, loadFor(server.url, load, { connections, seconds }, kind), database)
  }

  for (const name of names) await run(name, 16, WARM_UP_SECONDS)
  for (const connections of connectionsOf(kind, effort.connections)) {
    const rounds = await inTurns(names, effort.rounds, (name) => run(name, connections, effort.seconds))
    yield { benchCase, connections, rounds }
  }
  await Promise.all(Object.values(servers).map((server) => server.stop()))
}
