import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient, type Db } from 'mongodb'
import { assembleService, SLOW_SEARCHER, type AssembledService } from './assemble.ts'
import { startReplica, type Replica } from './replica.ts'
import { startSlowSource, timesAsked, type SlowSource } from './slow-source.ts'
import { scan } from './soar.ts'

const ARTIFACTS = 300
/** Long enough for a busy machine to renew them in time. */
const LEASE_SECS = 5
const ERROR_LEVEL = 50
const mongoUrl = process.env.MONGODB_URL

describe('replicas that die', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, () => {
  let service: AssembledService
  let client: MongoClient
  let db: Db
  let source: SlowSource
  /** Those that take requests. */
  let replicas: Replica[] = []
  let started: Replica[] = []
  before(async () => {
    service = await assembleService({ slow: SLOW_SEARCHER })
    client = await new MongoClient(mongoUrl!).connect()
  })
  afterEach(async () => {
    for (const { signal } of started) signal('SIGKILL')
    await Promise.all(started.map(({ ended }) => ended))
    started = []
    await source.close()
    await db.dropDatabase()
  })
  after(async () => {
    await client.close()
    await service.remove()
  })

  const start = async () => {
    const replica = await startReplica(service.main, {
      MONGODB_URL: mongoUrl!,
      MONGODB_DB: db.databaseName,
      SLOW_API_URL: source.url,
      CTS_LEASE_SECS: String(LEASE_SECS),
    })
    started.push(replica)
    return replica
  }
  const startThree = async () => {
    db = client.db(`cts-test-${randomUUID()}`)
    source = await startSlowSource([200, 2000])
    replicas = await Promise.all([start(), start(), start()])
  }
  const scanAll = () =>
    Promise.all(Array.from({ length: ARTIFACTS }, (_, n) => scan(() => replicas, `http://${n}.example/`)))
  /** Waits until a part of the artifacts has been asked for: the middle of the run. */
  const middle = async () => {
    while (source.asked.size < ARTIFACTS / 3) await sleep(20)
  }
  const assertAllFound = async (scans: Awaited<ReturnType<typeof scanAll>>) => {
    const errors = started.flatMap(({ log }) => log.filter(({ level }) => Number(level) >= ERROR_LEVEL))
    assert.deepEqual(errors, [])
    for (const [n, { status, threat, error }] of scans.entries()) {
      assert.deepEqual([status, threat, error], [200, `of http://${n}.example/`, undefined])
    }
    assert.equal(await db.collection('active_searches').countDocuments(), 0)
    assert.equal(await db.collection('results').countDocuments(), ARTIFACTS)
  }

  /** How many searches replicas had when they died: as far as the database knows. */
  const heldBy = (dead: Replica[]) =>
    db.collection('active_searches').countDocuments({ owner: { $in: dead.map(({ owner }) => owner) } })

  it('lose no search when one is killed and started again, and ask again only for what it was running', async () => {
    await startThree()
    const scans = scanAll()
    await middle()
    const [victim] = replicas.splice(0, 1)
    victim!.signal('SIGKILL')
    await victim!.ended
    const held = await heldBy([victim!])
    replicas.push(await start())
    await assertAllFound(await scans)
    assert.ok(timesAsked(source) <= ARTIFACTS + held, `${timesAsked(source)} calls, ${held} were running`)
  })

  it('lose no search when one is stopped in good order, and ask nothing twice', async () => {
    await startThree()
    const scans = scanAll()
    await middle()
    const [leaver] = replicas.splice(0, 1)
    leaver!.signal('SIGTERM')
    assert.equal(await leaver!.ended, 0)
    await assertAllFound(await scans)
    assert.equal(timesAsked(source), ARTIFACTS)
  })

  it('lose no search when all are killed and one is started', async () => {
    await startThree()
    const scans = scanAll()
    await middle()
    const victims = replicas
    for (const { signal } of victims) signal('SIGKILL')
    await Promise.all(victims.map(({ ended }) => ended))
    const held = await heldBy(victims)
    replicas = [await start()]
    await assertAllFound(await scans)
    assert.ok(timesAsked(source) <= ARTIFACTS + held, `${timesAsked(source)} calls, ${held} were running`)
  })

  it('let one that was paused for longer than its leases write nothing', async () => {
    await startThree()
    const scans = scanAll()
    await middle()
    const [late] = replicas.splice(0, 1)
    late!.signal('SIGSTOP')
    await assertAllFound(await scans)
    const before = await db.collection('results').find().sort({ _id: 1 }).toArray()
    const lines = late!.log.length
    late!.signal('SIGCONT')
    const gaveWay = ({ msg }: Record<string, unknown>) =>
      msg === 'the search went to another replica, which has its own outcome'
    await late!.logged(() => late!.log.slice(lines).some(gaveWay))
    late!.signal('SIGTERM')
    assert.equal(await late!.ended, 0)
    // a request that it had taken before the pause may enter its artifact once more: another finds that it is known
    while ((await db.collection('active_searches').countDocuments()) > 0) await sleep(50)
    assert.deepEqual(await db.collection('results').find().sort({ _id: 1 }).toArray(), before)
  })
})
