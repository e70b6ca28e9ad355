import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FailureKind } from '../../../src/core/protocol/outcome.ts'
import { CircuitBreaker } from '../../../src/core/client/circuit-breaker.ts'
import { RetryLater, SourceError } from '../../../src/core/client/source-error.ts'
import { createFakeClock } from './fake-clock.ts'
import { createLatch } from './latch.ts'

const failing = (kind: FailureKind) => () => Promise.reject(new SourceError(kind, kind))
const well = async () => 'well'
const leftAlone = (secs: number) => ({
  name: 'SourceError',
  kind: 'unavailable',
  message: `Moon has failed 5 times in a row and is left alone: it is tried again in about ${secs} s`,
})

/** A breaker after so many failures. */
async function breakerAfter(failures: number, kind: FailureKind = 'unavailable') {
  const clock = createFakeClock()
  const changes: boolean[] = []
  const breaker = new CircuitBreaker('Moon', clock, (open) => changes.push(open))
  for (let i = 0; i < failures; i++) await assert.rejects(breaker.run(failing(kind)), { message: kind })
  return { breaker, clock, changes }
}

describe('a breaker', () => {
  for (const kind of ['unavailable', 'timeout'] as const) {
    it(`opens after five failures of the kind "${kind}" in a row`, async () => {
      const { breaker } = await breakerAfter(5, kind)
      await assert.rejects(breaker.run(well), leftAlone(30))
    })
  }

  for (const kind of ['key_refused', 'rate_limited', 'unexpected_answer'] as const) {
    it(`stays closed after "${kind}", which says that the source is there`, async () => {
      const { breaker } = await breakerAfter(10, kind)
      assert.equal(await breaker.run(well), 'well')
    })
  }

  it('stays closed when a success comes between', async () => {
    const { breaker } = await breakerAfter(4)
    await breaker.run(well)
    for (let i = 0; i < 4; i++) await assert.rejects(breaker.run(failing('timeout')), { message: 'timeout' })
    assert.equal(await breaker.run(well), 'well')
  })

  it('does not count what says nothing about the source', async () => {
    const { breaker } = await breakerAfter(4)
    await assert.rejects(breaker.run(() => Promise.reject(new Error('the time of the search is up'))))
    await assert.rejects(breaker.run(failing('unavailable')), { message: 'unavailable' })
    await assert.rejects(breaker.run(well), leftAlone(30))
  })

  it('does not count a wish to be asked later', async () => {
    const { breaker } = await breakerAfter(4)
    for (let i = 0; i < 4; i++) await assert.rejects(breaker.run(() => Promise.reject(new RetryLater(60))))
    assert.equal(await breaker.run(well), 'well')
  })

  it('lets one call through after a while, and closes when that succeeds', async () => {
    const { breaker, clock, changes } = await breakerAfter(5)
    assert.deepEqual(changes, [true])
    clock.advance(29_000)
    await assert.rejects(breaker.run(well), leftAlone(1))
    clock.advance(1000)
    const latch = createLatch()
    const trial = breaker.run(() => latch.promise)
    const others: Promise<string>[] = []
    let begun = 0
    for (let i = 0; i < 2; i++) others.push(breaker.run(async () => `other ${++begun}`))
    await nextTurn()
    assert.equal(begun, 0)
    latch.open()
    await trial
    assert.deepEqual(await Promise.all(others), ['other 1', 'other 2'])
    assert.deepEqual(changes, [true, false])
  })

  it('stays open for another while when that fails', async () => {
    const { breaker, clock } = await breakerAfter(5)
    clock.advance(30_000)
    const trial = breaker.run(failing('timeout'))
    const other = breaker.run(well)
    await assert.rejects(trial, { message: 'timeout' })
    await assert.rejects(other, leftAlone(30))
  })

  it('does not mind when the time of the machine is set back', async () => {
    let lasted = 0
    const clock = { ...createFakeClock(), now: () => -1_000_000 * lasted, monotonic: () => lasted }
    const breaker = new CircuitBreaker('Moon', clock, () => {})
    for (let i = 0; i < 5; i++) await assert.rejects(breaker.run(failing('timeout')), { message: 'timeout' })
    lasted = 29_999
    await assert.rejects(breaker.run(well), leftAlone(1))
    lasted = 30_000
    assert.equal(await breaker.run(well), 'well')
  })

  it('tries again at once when that was cut short', async () => {
    const { breaker, clock } = await breakerAfter(5)
    clock.advance(30_000)
    const trial = breaker.run(() => Promise.reject(new Error('the service stops')))
    const other = breaker.run(well)
    await assert.rejects(trial)
    assert.equal(await other, 'well')
  })
})
