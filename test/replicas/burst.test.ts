import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { assembleService, SLOW_SEARCHER, type AssembledService } from './assemble.ts'
import { startReplica } from './replica.ts'
import { startSlowSource, timesAsked } from './slow-source.ts'

/** How many artifacts a rescan sends at once; `CTS_TEST_BURST` for another number. */
const ARTIFACTS = Number(process.env.CTS_TEST_BURST ?? 1000)
const CONCURRENCY = 50
const MAX_MEMORY = 200_000_000
/** As in a container of 512 MB, which the manifests ask for: Node's heap may take half of it. */
const HEAP = '--max-old-space-size=256'
const WARN_LEVEL = 40
const mongoUrl = process.env.MONGODB_URL

describe('a burst of artifacts', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, () => {
  let service: AssembledService
  before(async () => {
    service = await assembleService({ slow: SLOW_SEARCHER })
  })
  after(() => service.remove())

  it(`of ${ARTIFACTS} is accepted whole, and worked off by two replicas at the cap of each`, async () => {
    const client = await new MongoClient(mongoUrl!).connect()
    const db = client.db(`cts-test-${randomUUID()}`)
    const source = await startSlowSource([10, 100])
    const env = {
      MONGODB_URL: mongoUrl!,
      MONGODB_DB: db.databaseName,
      SLOW_API_URL: source.url,
      CTS_CONCURRENCY: String(CONCURRENCY),
      NODE_OPTIONS: HEAP,
    }
    const replicas = await Promise.all([startReplica(service.main, env), startReplica(service.main, env)])
    const agent = new Agent({ keepAlive: true, maxSockets: 100 })
    let peak = 0
    const watch = setInterval(async () => {
      peak = Math.max(peak, ...(await Promise.all(replicas.map(({ memory }) => memory()))))
    }, 100)
    try {
      const statuses = await Promise.all(
        Array.from({ length: ARTIFACTS }, (_, n) => post(agent, replicas[n % 2]!.url, `http://${n}.example/`)),
      )
      assert.deepEqual(new Set(statuses), new Set([303]))
      const results = db.collection('results')
      while ((await results.countDocuments()) < ARTIFACTS) await sleep(200)
      clearInterval(watch)
      assert.equal(timesAsked(source), ARTIFACTS)
      assert.ok(source.mostOpen <= 2 * CONCURRENCY, `${source.mostOpen} searches at once`)
      assert.ok(peak < MAX_MEMORY, `${peak} bytes of memory`)
      assert.equal(await results.countDocuments({ 'outcomes.0.hits.0': { $exists: true } }), ARTIFACTS)
      for (const { log, signal, ended } of replicas) {
        signal('SIGTERM')
        assert.equal(await ended, 0)
        const afterStart = log.slice(log.findIndex(({ msg }) => msg === 'service started'))
        assert.deepEqual(
          afterStart.filter(({ level }) => Number(level) >= WARN_LEVEL),
          [],
        )
      }
      console.log(`most searches at once: ${source.mostOpen}; most memory of a replica: ${Math.round(peak / 1e6)} MB`)
    } finally {
      clearInterval(watch)
      agent.destroy()
      for (const { signal } of replicas) signal('SIGKILL')
      await Promise.all(replicas.map(({ ended }) => ended))
      await source.close()
      await db.dropDatabase()
      await client.close()
    }
  })
})

/** Sends an artifact and gives the answer's status. */
function post(agent: Agent, url: string, value: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode!))
    })
    outgoing.on('error', reject).end(JSON.stringify({ type: 'net.uri', value }))
  })
}
