import { randomUUID } from 'node:crypto'
import { after, afterEach, before, describe } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { createMongoStore } from '../../../src/core/store/mongodb/store.ts'
import type { Store } from '../../../src/core/store/store.ts'

/** How many turns of the event loop nothing is asked of a store before whoever works with it is taken to be at rest. */
const TURNS_AT_REST = 20

/** An empty store, and its clock. */
export interface TimedStore {
  store: Store
  /** Waits until whoever works with it has nothing more to ask of it, however long its answers take. */
  rest(): Promise<void>
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
    let watched: Watched
    before(() => (time = Date.now()))
    const open = () => (watched = watch(createMemoryStore({ now: () => time })))
    open()
    afterEach(async () => {
      await watched.store.close()
      open()
    })
    after(() => watched.store.close())
    define({
      get store() {
        return watched.store
      },
      rest: () => watched.rest(),
      now: () => time,
      advance: (secs) => void (time += secs * 1000),
    })
  })

  describe(`${name}, on MongoDB`, { skip: url ? false : 'MONGODB_URL is not set' }, () => {
    let aheadMs = 0
    let watched: Watched
    let client: MongoClient
    const database = `cts-test-${randomUUID()}`
    before(async () => {
      watched = watch(await createMongoStore(url!, database, { aheadMs: () => aheadMs }))
      client = new MongoClient(url!)
    })
    afterEach(async () => {
      const all = ['active_searches', 'results', 'turns', 'egress']
      await Promise.all(all.map((collection) => client.db(database).collection(collection).deleteMany({})))
    })
    after(async () => {
      await watched.store.close()
      await client.db(database).dropDatabase()
      await client.close()
    })
    define({
      get store() {
        return watched.store
      },
      rest: () => watched.rest(),
      now: () => Date.now() + aheadMs,
      advance: (secs) => void (aheadMs += secs * 1000),
    })
  })
}

type Watched = Pick<TimedStore, 'store' | 'rest'>

/** A store that knows when nothing is asked of it any more. */
function watch(store: Store): Watched {
  let open = 0
  let turns = 0
  const ended = () => {
    open -= 1
    turns = 0
  }
  const watchPart = (part: unknown): unknown => {
    if (typeof part === 'object') return Object.fromEntries(Object.entries(part!).map(([k, v]) => [k, watchPart(v)]))
    if (typeof part !== 'function') return part
    return (...input: unknown[]) => {
      const answer = part(...input)
      if (answer instanceof Promise) {
        open += 1
        answer.then(ended, ended)
      }
      return answer
    }
  }
  return {
    store: watchPart(store) as Store,
    async rest() {
      for (turns = 0; turns < TURNS_AT_REST; turns++) {
        await turn()
        if (open > 0) turns = 0
      }
    },
  }
}
