import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient, type Db } from 'mongodb'
import { assembleService, SLOW_SEARCHER, type AssembledService } from './assemble.ts'
import { startProxy, type CuttableProxy } from './cuttable-proxy.ts'
import { startReplica, type Replica } from './replica.ts'
import { startSlowSource, timesAsked, type SlowSource } from './slow-source.ts'
import { scan } from './soar.ts'

const ARTIFACTS = 100
const OUTAGE_SECS = 10
/** So few that places which are not given back would be missed. */
const PLACES = 20
/** How long any request may take: in milliseconds. */
const PATIENCE_MS = 5000
const WARN_LEVEL = 40
const ERROR_LEVEL = 50
const mongoUrl = process.env.MONGODB_URL

describe('a database that goes away', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, () => {
  let service: AssembledService
  let client: MongoClient
  let db: Db
  let source: SlowSource
  let proxy: CuttableProxy
  let replicas: Replica[] = []
  before(async () => {
    service = await assembleService({ slow: SLOW_SEARCHER.replace('concurrency: 1000', `concurrency: ${PLACES}`) })
    client = await new MongoClient(mongoUrl!).connect()
  })
  afterEach(async () => {
    for (const { signal } of replicas) signal('SIGKILL')
    await Promise.all(replicas.map(({ ended }) => ended))
    await proxy?.close()
    await source?.close()
    await db?.dropDatabase()
  })
  after(async () => {
    await client.close()
    await service.remove()
  })

  const start = async () => {
    db = client.db(`cts-test-${randomUUID()}`)
    source = await startSlowSource([200, 2000])
    proxy = await startProxy(mongoUrl!)
    const env = {
      MONGODB_URL: proxy.url,
      MONGODB_DB: db.databaseName,
      SLOW_API_URL: source.url,
      CTS_LEASE_SECS: '4',
    }
    replicas = await Promise.all([startReplica(service.main, env), startReplica(service.main, env)])
  }

  /** Asks all the time, and gives the statuses; fails when an answer takes too long. */
  const askUntil = async (ended: Promise<unknown>, url: string, expected: number[]) => {
    let asking = true
    void ended.then(() => (asking = false))
    const statuses = new Set<number>()
    while (asking) {
      const { status, headers } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
      const errors = () =>
        JSON.stringify(replicas.flatMap(({ log }) => log.filter(({ level }) => Number(level) >= ERROR_LEVEL)))
      assert.ok(expected.includes(status), `${url} answered with ${status}: ${status === 500 ? errors() : ''}`)
      if (status === 503 && !url.endsWith('readyz')) assert.equal(headers.get('retry-after'), '5')
      statuses.add(status)
      await sleep(100)
    }
    return statuses
  }

  /** Waits until a replica says that it is ready: connections of before the outage may fail once more. */
  const ready = async (opsUrl: string) => {
    const begun = performance.now()
    while ((await fetch(new URL('readyz', opsUrl))).status !== 200) {
      assert.ok(performance.now() - begun < PATIENCE_MS, 'it does not become ready again')
      await sleep(100)
    }
  }

  for (const [how, begin] of [
    ['is gone', () => proxy.cut()],
    ['is frozen', async () => proxy.freeze()],
  ] as const) {
    it(`costs no search when it ${how} for ${OUTAGE_SECS} s, and every request is answered in time`, async () => {
      await start()
      const scans = Promise.all(
        Array.from({ length: ARTIFACTS }, (_, n) => scan(() => replicas, `http://${n}.example/`)),
      )
      while (source.asked.size < ARTIFACTS / 3) await sleep(20)
      await begin()
      const outage = sleep(OUTAGE_SECS * 1000)
      const answers = await Promise.all(
        replicas.flatMap(({ url, opsUrl }) => [
          askUntil(outage, `${url}/${'A'.repeat(43)}`, [404, 503]),
          askUntil(outage, new URL('readyz', opsUrl).href, [200, 503]),
        ]),
      )
      for (const statuses of answers) assert.ok(statuses.has(503))
      await proxy.restore()
      for (const [n, { status, threat }] of (await scans).entries()) {
        assert.deepEqual([status, threat], [200, `of http://${n}.example/`])
      }
      // again at most what ran when it began: the leases of that have run out
      const asked = timesAsked(source)
      assert.ok(asked <= ARTIFACTS + replicas.length * PLACES, `${asked} calls`)
      assert.equal(source.broken, 0)
      for (const { opsUrl, log, signal, ended } of replicas) {
        await ready(opsUrl)
        signal('SIGTERM')
        assert.equal(await ended, 0)
        const complaints = log.filter(({ level }) => Number(level) >= WARN_LEVEL)
        assert.ok(complaints.length <= 10, JSON.stringify(complaints.slice(0, 20)))
      }
    })
  }
})
