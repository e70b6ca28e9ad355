import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient, type Db } from 'mongodb'
import { createMongoStore } from '../../generators/app/templates/src/core/store/mongodb/store.ts'
import type { Store } from '../../generators/app/templates/src/core/store/store.ts'
import { searchOf } from '../../generators/app/templates/test/core/store/new-search.ts'
import { assembleService, type AssembledService } from './assemble.ts'
import { startReplica, type Replica } from './replica.ts'
import { startSlowSource, timesAsked, type SlowSource } from './slow-source.ts'

const mongoUrl = process.env.MONGODB_URL
/** How many searches wait of a source that takes no calls; `CTS_TEST_WAITING` for another number. */
const WAITING = Number(process.env.CTS_TEST_WAITING ?? 10_000)
const MAX_GROWTH = 10_000_000

/** Two sources, of which the second may take no calls; and an artifact that kills whoever looks it up. */
const SEARCHERS = {
  two: `
import * as v from 'valibot'
import { defineSearcher, defineSource, hit, text } from '../core/define.ts'

const schema = v.object({ threat: v.string() })

const slow = defineSource({
  id: 'slow',
  title: 'Slow',
  reach: 'own',
  url: 'http://127.0.0.1',
  lookUp: {
    async string(value, { ask }) {
      if (value.startsWith('kill')) process.kill(process.pid, 'SIGKILL')
      const { threat } = await ask({ path: '/', query: { value: value.slice(0, 20) }, schema })
      return [hit(text('Threat', threat))]
    },
  },
})

const paused = defineSource({
  id: 'paused',
  title: 'Paused',
  reach: 'own',
  url: 'http://127.0.0.1',
  lookUp: {
    async 'net.name'(value, { ask }) {
      const { threat } = await ask({ path: '/', query: { value }, schema })
      return [hit(text('Threat', threat))]
    },
  },
})

export const searcher = defineSearcher({ name: 'two', artifactTypes: ['string', 'net.name'], sources: [slow, paused] })
`,
}

describe('replicas with much to do', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, () => {
  let service: AssembledService
  let client: MongoClient
  let db: Db
  let store: Store
  let source: SlowSource
  let refusing: Server
  let replicas: Replica[] = []
  let isOver = false
  before(async () => {
    service = await assembleService(SEARCHERS)
    client = await new MongoClient(mongoUrl!).connect()
    refusing = createServer((_request, response) => response.writeHead(429, { 'retry-after': '3000' }).end())
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
  })
  beforeEach(async () => {
    isOver = false
    db = client.db(`cts-test-${randomUUID()}`)
    store = await createMongoStore(mongoUrl!, db.databaseName)
  })
  afterEach(async () => {
    isOver = true
    for (const { signal } of replicas) signal('SIGKILL')
    await Promise.all(replicas.map(({ ended }) => ended))
    replicas = []
    await store.close()
    await source.close()
    await db.dropDatabase()
  })
  after(async () => {
    refusing.close()
    await client.close()
    await service.remove()
  })

  const start = async (env: Record<string, string> = {}) => {
    const replica = await startReplica(service.main, {
      MONGODB_URL: mongoUrl!,
      MONGODB_DB: db.databaseName,
      SLOW_API_URL: source.url,
      PAUSED_API_URL: `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`,
      ...env,
    })
    replicas.push(replica)
    return replica
  }
  /** Starts a replica again whenever it has died, as an orchestrator does, and counts how often. */
  const supervise = async (env: Record<string, string>) => {
    const kept = { deaths: 0, current: await start(env) }
    const keep = async () => {
      for (;;) {
        await kept.current.ended
        if (isOver) return
        replicas.splice(replicas.indexOf(kept.current), 1)
        kept.deaths += 1
        kept.current = await start(env)
      }
    }
    void keep()
    return kept
  }
  const idOf = (n: number | string) => `${n}`.padEnd(43, 'A')
  const enter = (n: number | string, value: string, more: { rankAfterMs?: number } = {}) =>
    store.enter(searchOf(idOf(n), ['slow'], { artifact: { type: 'string', value }, ...more }))
  const results = () => db.collection<{ _id: string }>('results')
  const resultsUntil = async (count: number, secs: number) => {
    const begun = performance.now()
    while ((await results().countDocuments()) < count) {
      const found = `${await results().countDocuments()} of ${count}`
      assert.ok(performance.now() - begun < secs * 1000, `after ${secs} s there are ${found} results`)
      await sleep(50)
    }
  }
  const withHits = () => results().countDocuments({ 'outcomes.0.hits.0': { $exists: true } })
  /** Posts an artifact and asks until it is answered: how long that takes, in milliseconds. */
  const answered = async ({ url }: Replica, type: string, value: string) => {
    const begun = performance.now()
    const posted = await fetch(url, { method: 'POST', body: JSON.stringify({ type, value }) })
    const { id } = (await posted.json()) as { id: string }
    for (let { status } = posted; status !== 200; status = (await fetch(`${url}/${id}`)).status) {
      assert.equal(status, 303)
      await sleep(5)
    }
    return performance.now() - begun
  }

  for (const [megabytes, heap] of [
    [2, 96],
    [1, 56],
  ] as const) {
    it(`work off 50 artifacts of ${megabytes} MB in a heap of ${heap} MB`, async () => {
      source = await startSlowSource([10, 50])
      for (let n = 0; n < 50; n++) await enter(n, `${n} ${'x'.repeat(megabytes * 1_000_000)}`)
      const env = { NODE_OPTIONS: `--max-old-space-size=${heap}`, LOG_LEVEL: 'info' }
      const kept = await Promise.all([supervise(env), supervise(env), supervise(env)])
      await resultsUntil(50, 60)
      assert.equal(await withHits(), 50)
      assert.deepEqual(
        kept.map(({ deaths }) => deaths),
        [0, 0, 0],
      )
      assert.equal(timesAsked(source), 50)
    })
  }

  it('lose a search that kills each of them, and no other with it', async () => {
    source = await startSlowSource([200, 400])
    await enter('killer', 'kill')
    for (let n = 0; n < 30; n++) await enter(n, `${n}`)
    const env = { CTS_LEASE_SECS: '1' }
    const kept = await Promise.all([supervise(env), supervise(env), supervise(env)])
    await resultsUntil(31, 60)
    assert.equal(await withHits(), 30)
    const { outcomes } = (await store.findResult(idOf('killer')))!
    assert.deepEqual(
      outcomes.map((outcome) => 'failure' in outcome && outcome.failure),
      [{ kind: 'gave_up', message: 'gave up after 3 attempts' }],
    )
    assert.equal(
      kept.reduce((sum, { deaths }) => sum + deaths, 0),
      3,
    )
  })

  it('look a new artifact up within a second while 300 rescans wait at 10 calls a second', async () => {
    source = await startSlowSource([5, 10])
    for (let n = 0; n < 300; n++) await enter(n, `${n}`, { rankAfterMs: 3_600_000 })
    const env = { SLOW_RATE_LIMIT: '10/s' }
    const [one, two] = await Promise.all([start(env), start(env)])
    while (source.asked.size < 10) await sleep(20)
    const times: number[] = []
    for (let n = 0; n < 6; n++) {
      times.push(await answered(n % 2 === 0 ? one : two, 'string', `new ${n}`))
      await sleep(Math.random() * 300)
    }
    assert.ok((await results().countDocuments()) < 300)
    assert.ok(Math.max(...times) < 1000, `${times.map(Math.round).join(', ')} ms`)
  })

  it(`answer as fast, and keep no more in memory, while ${WAITING} searches wait for a source that takes no calls`, async () => {
    source = await startSlowSource([0, 0])
    const replica = await start({ CTS_MAX_WAITING: String(WAITING + 1000) })
    const scan = async (name: string) => {
      const times: number[] = []
      for (let n = 0; n < 100; n++) times.push(await answered(replica, 'string', `${name} ${n}`))
      return times.toSorted((a, b) => a - b)[50]!
    }
    await fetch(replica.url, { method: 'POST', body: JSON.stringify({ type: 'net.name', value: 'paused.example' }) })
    await scan('warm')
    const before = { ms: await scan('before'), bytes: await replica.liveMemory() }
    const [entry] = await db.collection('active_searches').find().toArray()
    for (let n = 0; n < WAITING; n += 5000) {
      const some = Array.from({ length: Math.min(5000, WAITING - n) }, (_, index) => ({
        ...entry,
        _id: idOf(`w${n + index}`),
        rank: new Date(entry!.rank.getTime() + n + index),
      }))
      await db.collection('active_searches').insertMany(some as never)
    }
    await scan('settle')
    const after = { ms: await scan('after'), bytes: await replica.liveMemory() }
    const growth = after.bytes - before.bytes
    const said = `${before.ms.toFixed(1)} ms with none, ${after.ms.toFixed(1)} ms; ${growth} bytes more`
    console.log(said)
    assert.ok(growth < MAX_GROWTH, said)
    // far from what a query through all that waits would cost, and from what else goes on in this machine
    assert.ok(after.ms < 2 * before.ms, said)
  })
})
