import { CASES, type Kind, type StoreName } from '../cases.ts'
import { idOf, postAll } from '../client.ts'
import type { Database } from '../database.ts'
import { knownArtifact, waitingArtifact } from '../artifacts.ts'
import { loadFor, loadOf, SAMPLE, type LoadOfCase, type Stock } from '../loads.ts'
import { measure } from '../measure.ts'
import { memoryOf, WITH_LIVE_MEMORY, type Memory } from '../live-memory.ts'
import { inTurns, type Rounds } from '../rounds.ts'
import type { Server } from '../server.ts'
import { prepareDatabase, startService, type Bench } from '../setup.ts'
import { fillService } from '../stock.ts'
import type { Effort } from './cases.ts'

const KINDS: Kind[] = ['get-finished', 'post-finished', 'get-pending', 'post-new']
const CONNECTIONS = 16
const WARM_UP_SECONDS = 3

/** Stores of different sizes; the first is what the others are compared with. */
const SIZES = {
  '1,000': { results: 1000, waiting: SAMPLE },
  '10,000': { results: 10_000, waiting: SAMPLE },
  '100,000': { results: 100_000, waiting: SAMPLE },
  '1,000 and 10,000 waiting': { results: 1000, waiting: 10_000 },
}
export type Size = keyof typeof SIZES

/** How a store's size changes a case. */
export interface GrowthCase {
  name: string
  rounds: Rounds<Size>
}

/** How the service changes with what is stored. */
export interface Growth {
  cases: GrowthCase[]
  /** The memory of a service once its store is filled. */
  memory: ({ store: StoreName; size: Size } & Memory)[]
  waiting: WaitingMemory
}

/** What 10,000 searches cost a service on the memory store. */
export interface WaitingMemory {
  /** After as many requests that began no search. */
  before: Memory
  /** With the waiting searches. */
  waiting: Memory
  /** With as many results of finished searches instead. */
  finished: Memory
}

/** Measures services on stores of different sizes in turns. */
export async function measureGrowth(bench: Bench, effort: Effort): Promise<Growth> {
  const growth: Growth = { cases: [], memory: [], waiting: await waitingMemory(bench) }
  for (const store of ['mongodb', 'memory'] as const) {
    const filled = new Map<Size, Filled>()
    for (const size of Object.keys(SIZES) as Size[]) {
      const one = await fill(bench, store, size)
      filled.set(size, one)
      growth.memory.push({ store, size, ...(await memoryOf(one.service)) })
    }
    for (const kind of KINDS) growth.cases.push(await measureKind(bench, { store, kind, filled, effort }))
    for (const { service } of filled.values()) await service.stop()
  }
  return growth
}

interface Filled {
  service: Server
  database: Database | undefined
  stock: Stock
}

async function fill(bench: Bench, store: StoreName, size: Size): Promise<Filled> {
  const stock: Stock = { ...SIZES[size], uploadBody: bench.uploadBody }
  const database = await prepareDatabase(bench, store, stock)
  const service = await startService(bench, { database, nodeArgs: WITH_LIVE_MEMORY })
  await fillService(service, { kind: 'get-finished', headers: {}, stock, database, source: bench.source })
  return { service, database, stock }
}

async function measureKind(
  bench: Bench,
  { store, kind, filled, effort }: { store: StoreName; kind: Kind; filled: Map<Size, Filled>; effort: Effort },
): Promise<GrowthCase> {
  const benchCase = CASES.find((one) => one.store === store && one.kind === kind && !one.auth)!
  const loads = new Map<Size, LoadOfCase>()
  for (const [size, { service, stock }] of filled) {
    loads.set(size, await loadOf(benchCase, stock, (artifact) => idOf(service.url, artifact, {})))
  }
  const run = (size: Size, seconds: number) => {
    const { service, database } = filled.get(size)!
    const load = loadFor(service.url, loads.get(size)!, { connections: CONNECTIONS, seconds }, kind)
    return measure(bench, service, load, database)
  }
  const sizes = [...filled.keys()]
  for (const size of sizes) await run(size, WARM_UP_SECONDS)
  return { name: benchCase.name, rounds: await inTurns(sizes, effort.rounds, (size) => run(size, effort.seconds)) }
}

/** What 10,000 searches cost a service on the memory store: those that wait, and in another one those that are done. */
async function waitingMemory(bench: Bench): Promise<WaitingMemory> {
  const { waiting: count } = SIZES['1,000 and 10,000 waiting']
  const start = () => startService(bench, { nodeArgs: WITH_LIVE_MEMORY })
  const postEach = (service: Server, make: (number: number) => object) =>
    postAll(
      service.url,
      Array.from({ length: count }, (_, index) => make(index)),
      {},
    )

  const one = await start()
  await postEach(one, () => ({ type: 'net.name', value: 'localhost' }))
  const before = await memoryOf(one)
  await postEach(one, waitingArtifact)
  const waiting = await memoryOf(one)
  await one.stop()

  const other = await start()
  await postEach(other, knownArtifact)
  await bench.source.quiet(undefined)
  const finished = await memoryOf(other)
  await other.stop()
  return { before, waiting, finished }
}
