import { randomUUID } from 'node:crypto'
import type { H3 } from 'h3'
import { MongoClient } from 'mongodb'
import { defineSearcher, defineSource } from '../../generators/app/templates/src/core/define.ts'
import { createOps } from '../../generators/app/templates/src/core/ops/ops.ts'
import { loadConfig } from '../../generators/app/templates/src/core/settings/config.ts'
import { createMemoryStore } from '../../generators/app/templates/src/core/store/memory/store.ts'
import { createMongoStore } from '../../generators/app/templates/src/core/store/mongodb/store.ts'
import type { Store } from '../../generators/app/templates/src/core/store/store.ts'
import { systemClock } from '../../generators/app/templates/src/core/time.ts'
import { createServiceUnderTest } from '../../generators/app/templates/test/core/service-under-test.ts'
import { silentLog } from '../../generators/app/templates/test/core/silent-log.ts'
import { searchOf } from '../../generators/app/templates/test/core/store/new-search.ts'

const IDS = ['mercury', 'venus', 'mars', 'jupiter', 'saturn']
/** How many documents MongoDB is given at once. */
const BATCH = 5000

const planet = (id: string) =>
  defineSource({ id, title: id, url: 'http://127.0.0.1', rateLimit: '4/min', lookUp: { 'net.uri': async () => [] } })
const searchers = [defineSearcher({ name: 'planets', artifactTypes: ['net.uri'], sources: IDS.map(planet) })]

/** A service, without a port, in which many searches wait for each of five sources. */
export interface BusyService {
  ops: H3
  /** The id of a search that waits. */
  id: string
  /** Lets time pass for what the pages know: in milliseconds. */
  advance(ms: number): void
  stop(): Promise<void>
}

/**
 * Starts one.
 * @param mongoUrl nothing for the memory store.
 */
export async function startBusyService(waiting: number, mongoUrl?: string): Promise<BusyService> {
  const { store, fill, drop } = mongoUrl === undefined ? inMemory() : await inMongo(mongoUrl)
  await fill(waiting)
  const env = { CTS_USER: 'soar', CTS_PASSWORD: 'secret', CTS_MAX_WAITING: String(2 * waiting) }
  const service = await createServiceUnderTest({ store, searchers, env })
  const { context, events } = service
  const { dispatch, runner } = context
  const config = loadConfig(env, searchers)
  let aheadMs = 0
  const clock = { ...systemClock, monotonic: () => performance.now() + aheadMs }
  const parts = { config, name: 'busy', dispatch, store, runner, events, log: silentLog, context, clock }
  const { app, stop } = await createOps({ ...parts, isStopping: () => false })
  return {
    ops: app,
    id: idOf(waiting - 1),
    advance: (ms) => void (aheadMs += ms),
    async stop() {
      await stop()
      await service.stop()
      await drop()
    },
  }
}

interface OpenedStore {
  store: Store
  /** Has so many searches wait. */
  fill(waiting: number): Promise<void>
  drop(): Promise<void>
}

function inMemory(): OpenedStore {
  const store = createMemoryStore()
  return {
    store,
    async fill(waiting) {
      for (let n = 0; n < waiting; n++) await store.enter(searchOf(idOf(n), IDS))
    },
    async drop() {},
  }
}

async function inMongo(url: string): Promise<OpenedStore> {
  const database = `cts-test-${randomUUID()}`
  const store = await createMongoStore(url, database)
  const client = new MongoClient(url)
  const active = client.db(database).collection<{ _id: string; rank: Date; enteredAt: Date }>('active_searches')
  return {
    store,
    async fill(waiting) {
      await store.enter(searchOf(idOf(0), IDS))
      const first = (await active.findOne())!
      const later = (at: Date, ms: number) => new Date(at.getTime() + ms)
      for (let n = 1; n < waiting; n += BATCH) {
        const some = Array.from({ length: Math.min(BATCH, waiting - n) }, (_, index) => ({
          ...first,
          _id: idOf(n + index),
          rank: later(first.rank, n + index),
          enteredAt: later(first.enteredAt, n + index),
        }))
        await active.insertMany(some)
      }
    },
    async drop() {
      await client.db(database).dropDatabase()
      await client.close()
    },
  }
}

function idOf(n: number): string {
  return `w${n}`.padEnd(43, 'A')
}
