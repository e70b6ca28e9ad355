import { randomUUID } from 'node:crypto'
import { after, afterEach, before, describe } from 'node:test'
import { MongoClient } from 'mongodb'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { createMongoStore } from '../../../src/core/store/mongodb/store.ts'
import type { Store } from '../../../src/core/store/store.ts'

/** An empty store, and its clock. */
export interface TimedStore {
  store: Store
  /** Its time: in milliseconds since 1970. */
  now(): number
  /** Lets time pass for it: in seconds. */
  advance(secs: number): void
}

const url = process.env.MONGODB_URL

/**
 * Runs tests of what goes on above a store on each of them; on MongoDB when `MONGODB_URL` is set.
 * @param define is given what has the store of the test that runs.
 */
export function onEachStore(name: string, define: (subject: TimedStore) => void): void {
  describe(`${name}, on the memory store`, () => {
    let time: number
    let store: Store
    before(() => (time = Date.now()))
    const open = () => (store = createMemoryStore({ now: () => time }))
    open()
    afterEach(async () => {
      await store.close()
      open()
    })
    after(() => store.close())
    define({
      get store() {
        return store
      },
      now: () => time,
      advance: (secs) => void (time += secs * 1000),
    })
  })

  describe(`${name}, on MongoDB`, { skip: url ? false : 'MONGODB_URL is not set' }, () => {
    let aheadMs = 0
    let store: Store
    let client: MongoClient
    const database = `cts-test-${randomUUID()}`
    before(async () => {
      store = await createMongoStore(url!, database, { aheadMs: () => aheadMs })
      client = new MongoClient(url!)
    })
    afterEach(async () => {
      const all = ['active_searches', 'results', 'turns', 'egress']
      await Promise.all(all.map((collection) => client.db(database).collection(collection).deleteMany({})))
    })
    after(async () => {
      await store.close()
      await client.db(database).dropDatabase()
      await client.close()
    })
    define({
      get store() {
        return store
      },
      now: () => Date.now() + aheadMs,
      advance: (secs) => void (aheadMs += secs * 1000),
    })
  })
}
