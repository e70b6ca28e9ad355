import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BusyReplicas } from './busy-replicas.ts'
import { startSlowSource, timesAsked } from './slow-source.ts'

const mongoUrl = process.env.MONGODB_URL

describe('replicas with much to do', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, () => {
  const replicas = new BusyReplicas(mongoUrl!)

  for (const [megabytes, heap] of [
    [2, 96],
    [1, 56],
  ] as const) {
    it(`work off 50 artifacts of ${megabytes} MB in a heap of ${heap} MB`, async () => {
      replicas.source = await startSlowSource([10, 50])
      for (let n = 0; n < 50; n++) await replicas.enter(n, `${n} ${'x'.repeat(megabytes * 1_000_000)}`)
      const env = { NODE_OPTIONS: `--max-old-space-size=${heap}`, LOG_LEVEL: 'info' }
      const kept = await Promise.all([replicas.supervise(env), replicas.supervise(env), replicas.supervise(env)])
      await replicas.resultsUntil(50, 120)
      assert.equal(await replicas.withHits(), 50)
      assert.deepEqual(
        kept.map(({ deaths }) => deaths),
        [0, 0, 0],
      )
      assert.equal(timesAsked(replicas.source), 50)
    })
  }

  it('lose a search that kills each of them, and no other with it', async () => {
    replicas.source = await startSlowSource([200, 400])
    await replicas.enter('killer', 'kill')
    for (let n = 0; n < 30; n++) await replicas.enter(n, `${n}`)
    const env = { CTS_LEASE_SECS: '3' }
    const kept = await Promise.all([replicas.supervise(env), replicas.supervise(env), replicas.supervise(env)])
    await replicas.resultsUntil(31, 120)
    assert.equal(await replicas.withHits(), 30)
    const { outcomes } = (await replicas.store.findResult(replicas.idOf('killer')))!
    assert.deepEqual(
      outcomes.map((outcome) => 'failure' in outcome && outcome.failure),
      [{ kind: 'gave_up', message: 'gave up after 3 attempts' }],
    )
    assert.equal(
      kept.reduce((sum, { deaths }) => sum + deaths, 0),
      3,
    )
  })
})
