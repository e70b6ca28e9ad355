import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { cached, type Cached } from '../../../src/core/ops/cached.ts'
import { createTimedClock, type TimedClock } from './timed-clock.ts'

const BEGIN = 1_000_000

describe('what is read for many', () => {
  let clock: TimedClock
  let reads: { resolve(value: string): void; reject(error: Error): void }[]
  let read: Cached<string>
  beforeEach(() => {
    clock = createTimedClock(BEGIN)
    reads = []
    read = cached(() => new Promise<string>((resolve, reject) => void reads.push({ resolve, reject })), {
      forMs: 1000,
      patienceMs: 100,
      clock: { ...clock, monotonic: clock.now },
    })
  })
  /** Reads something at once. */
  const known = async (value: string) => {
    const answer = read.fresh()
    reads.at(-1)!.resolve(value)
    return answer
  }

  it('is read once for all who want it meanwhile, and anew afterwards', async () => {
    const both = Promise.all([read.fresh(), read.soon()])
    reads[0]!.resolve('one')
    assert.deepEqual(await both, [
      { value: 'one', at: BEGIN },
      { value: 'one', at: BEGIN },
    ])
    clock.tick(999)
    assert.equal((await read.soon()).value, 'one')
    assert.equal(reads.length, 1)
    clock.tick(1)
    assert.deepEqual(await known('two'), { value: 'two', at: BEGIN + 1000 })
  })

  it('is what was known before, with its time, for those who do not wait, while it takes long to read', async () => {
    await known('one')
    clock.tick(5000)
    const [patient, impatient] = [read.fresh(), read.soon()]
    clock.tick(100)
    assert.deepEqual(await impatient, { value: 'one', at: BEGIN })
    reads[1]!.resolve('two')
    assert.equal((await patient).value, 'two')
    assert.equal((await read.soon()).value, 'two')
    assert.equal(reads.length, 2)
  })

  it('is the new one for them where that comes in time', async () => {
    await known('one')
    clock.tick(5000)
    const answer = read.soon()
    clock.tick(99)
    reads[1]!.resolve('two')
    assert.equal((await answer).value, 'two')
  })

  it('is waited for by all while nothing is known', async () => {
    const answer = read.soon()
    clock.tick(60_000)
    reads[0]!.resolve('one')
    assert.equal((await answer).value, 'one')
  })

  it('counts for as long as it took to read it', async () => {
    const answer = read.fresh()
    clock.tick(3000)
    reads[0]!.resolve('one')
    await answer
    clock.tick(2999)
    await read.fresh()
    assert.equal(reads.length, 1)
    clock.tick(1)
    void read.fresh()
    assert.equal(reads.length, 2)
  })

  it('is no longer known after a failure, of which those are told who wait', async () => {
    await known('one')
    clock.tick(5000)
    const answer = read.soon()
    reads[1]!.reject(new Error('away'))
    await assert.rejects(answer, /away/)
    const next = read.soon()
    clock.tick(60_000)
    reads[2]!.resolve('three')
    assert.equal((await next).value, 'three')
  })
})
