import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BusyReplicas } from './busy-replicas.ts'
import { startSlowSource } from './slow-source.ts'

const mongoUrl = process.env.MONGODB_URL
/** How many searches wait of a source that takes no calls; `CTS_TEST_WAITING` for another number. */
const WAITING = Number(process.env.CTS_TEST_WAITING ?? 10_000)
const MAX_GROWTH = 10_000_000

describe('replicas with much to do', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, () => {
  const replicas = new BusyReplicas(mongoUrl!)

  it('look a new artifact up within a second while 300 rescans wait at 10 calls a second', async () => {
    replicas.source = await startSlowSource([5, 10])
    for (let n = 0; n < 300; n++) await replicas.enter(n, `${n}`, { rankAfterMs: 3_600_000 })
    const env = { SLOW_RATE_LIMIT: '10/s' }
    const [one, two] = await Promise.all([replicas.start(env), replicas.start(env)])
    while (replicas.source.asked.size < 10) await sleep(20)
    const times: number[] = []
    for (let n = 0; n < 6; n++) {
      times.push(await replicas.answered(n % 2 === 0 ? one : two, 'string', `new ${n}`))
      await sleep(Math.random() * 300)
    }
    assert.ok((await replicas.results().countDocuments()) < 300)
    assert.ok(Math.max(...times) < 1000, `${times.map(Math.round).join(', ')} ms`)
  })

  it(`answer as fast, and keep no more in memory, while ${WAITING} searches wait for a source that takes no calls`, async () => {
    replicas.source = await startSlowSource([0, 0])
    const replica = await replicas.start({ CTS_MAX_WAITING: String(WAITING + 1000) })
    const scan = async (name: string) => {
      const times: number[] = []
      for (let n = 0; n < 100; n++) times.push(await replicas.answered(replica, 'string', `${name} ${n}`))
      return times.toSorted((a, b) => a - b)[50]!
    }
    await fetch(replica.url, { method: 'POST', body: JSON.stringify({ type: 'net.name', value: 'paused.example' }) })
    await scan('warm')
    const before = { ms: await scan('before'), bytes: await replica.liveMemory() }
    const [entry] = await replicas.db.collection('active_searches').find().toArray()
    for (let n = 0; n < WAITING; n += 5000) {
      const some = Array.from({ length: Math.min(5000, WAITING - n) }, (_, index) => ({
        ...entry,
        _id: replicas.idOf(`w${n + index}`),
        rank: new Date(entry!.rank.getTime() + n + index),
      }))
      await replicas.db.collection('active_searches').insertMany(some as never)
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
