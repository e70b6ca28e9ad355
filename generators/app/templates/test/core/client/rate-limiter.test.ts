import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RateLimiter, type Quota } from '../../../src/core/client/rate-limiter.ts'
import { createMemoryRates } from '../../../src/core/store/memory/store.ts'
import { StoreUnavailableError, type RateStore } from '../../../src/core/store/store.ts'
import { SeededRandom } from '../seeded-random.ts'
import { createFakeClock } from './fake-clock.ts'
import { createLatch } from './latch.ts'

const free: Quota = { name: 'moon', windows: [] }
const limited: Quota = { name: 'moon', windows: [{ calls: 4, ms: 60_000 }] }

/** Replicas of one store, whose updates are counted. */
function createReplicas(count = 1) {
  const clock = createFakeClock()
  const rates = createMemoryRates(clock.now)
  const updated: string[] = []
  const store: RateStore = {
    update(quota, decide) {
      updated.push(quota)
      return rates.update(quota, decide)
    },
  }
  return { clock, updated, replicas: Array.from({ length: count }, () => new RateLimiter(store, clock)) }
}

/** One replica. */
function createLimiter() {
  const { replicas, ...rest } = createReplicas()
  return { ...rest, limiter: replicas[0]! }
}

/** How many turns each of two replicas is given. */
const counts = (turns: readonly unknown[][]) => turns.map(({ length }) => length)

describe('the rate limiter', () => {
  it('gives as many turns as there is room for, and knows when there is more', async () => {
    const { clock, limiter } = createLimiter()
    assert.equal((await limiter.take([limited], 3)).length, 3)
    assert.equal(limiter.waitMs([limited]), 0)
    clock.advance(10_000)
    assert.equal((await limiter.take([limited], 3)).length, 1)
    assert.equal(limiter.waitMs([limited]), 50_000)
    clock.advance(50_000)
    assert.equal(limiter.waitMs([limited]), 0)
    assert.equal((await limiter.take([limited], 5)).length, 3)
  })

  it('does not ask the store while it knows that this is in vain, or when nothing is wanted', async () => {
    const { clock, limiter, updated } = createLimiter()
    await limiter.take([limited], 5)
    clock.advance(59_999)
    assert.deepEqual(await limiter.take([limited], 1), [])
    clock.advance(1)
    assert.deepEqual(await limiter.take([limited], 0), [])
    assert.deepEqual(updated, ['moon'])
    await limiter.take([limited], 1)
    assert.deepEqual(updated, ['moon', 'moon'])
  })

  it('counts quotas of other names apart', async () => {
    const { limiter } = createLimiter()
    await limiter.take([limited], 4)
    assert.equal((await limiter.take([{ ...limited, name: 'sun' }], 4)).length, 4)
  })

  it('grants no call too many to callers who ask at once', async () => {
    const { replicas } = createReplicas(2)
    const asks = Array.from({ length: 20 }, (_, n) => replicas[n % 2]!.take([limited], 1))
    assert.equal((await Promise.all(asks)).flat().length, 4)
  })

  it('changes a quota once at a time, so that the changes of one process do not collide', async () => {
    let underWay = 0
    const rates = createMemoryRates(() => 0)
    const limiter = new RateLimiter(
      {
        async update(quota, decide) {
          assert.equal(++underWay, 1)
          await new Promise((resolve) => setImmediate(resolve))
          underWay -= 1
          return rates.update(quota, decide)
        },
      },
      createFakeClock(),
    )
    assert.deepEqual(counts(await Promise.all([1, 2, 3].map((want) => limiter.take([limited], want)))), [1, 2, 1])
  })

  it('never exceeds a limit, however two replicas take turns, give them back and are refused', async () => {
    const windows = [
      { calls: 4, ms: 61_000 },
      { calls: 30, ms: 3_601_000 },
    ]
    for (let seed = 1; seed <= 5; seed++) {
      const chance = new SeededRandom(seed)
      const { clock, replicas } = createReplicas(2)
      const quota = { name: 'moon', windows }
      let calls: number[] = []
      for (let step = 0; step < 400; step++) {
        clock.advance(chance.of([0, 100, 3000, 30_000]))
        const taken = await Promise.all(replicas.map((replica) => replica.take([quota], chance.below(3))))
        for (const [index, turns] of taken.entries()) {
          for (const turn of turns) {
            if (chance.below(5) === 0) {
              await replicas[index]!.giveBack(turn)
              continue
            }
            calls.push(clock.now())
            await replicas[index]!.end(turn)
          }
        }
        if (chance.below(50) === 0) await replicas[0]!.refused(quota, 5)
        for (const window of windows) {
          const within = calls.filter((at) => at > clock.now() - window.ms).length
          assert.ok(within <= window.calls, `${within} calls within ${window.ms} ms, seed ${seed}, step ${step}`)
        }
        calls = calls.filter((at) => at > clock.now() - 3_601_000)
      }
      assert.ok(calls.length > 0)
    }
  })

  describe('gives a turn back', () => {
    it('to whoever is next', async () => {
      const { limiter } = createLimiter()
      const [turn] = await limiter.take([limited], 5)
      await limiter.giveBack(turn!)
      assert.equal((await limiter.take([limited], 5)).length, 1)
    })

    it('of another replica too', async () => {
      const { replicas } = createReplicas(2)
      const [one, other] = replicas as [RateLimiter, RateLimiter]
      const turns = await one.take([limited], 4)
      await one.giveBack(turns[0]!)
      assert.equal((await other.take([limited], 4)).length, 1)
    })

    it('without a word to the store where nothing is counted', async () => {
      const { limiter, updated } = createLimiter()
      const [turn] = await limiter.take([free], 1)
      await limiter.giveBack(turn!)
      assert.deepEqual(updated, ['moon'])
    })

    it('but stays away from a source that wants to be left alone', async () => {
      const { limiter } = createLimiter()
      const [turn] = await limiter.take([limited], 1)
      await limiter.refused(limited, 30)
      await limiter.giveBack(turn!)
      assert.equal(limiter.waitMs([limited]), 30_000)
    })
  })

  describe('of a quota without windows', () => {
    it('asks the store once a second', async () => {
      const { clock, limiter, updated } = createLimiter()
      const turn = { quota: free, alone: false, at: undefined }
      assert.deepEqual(await limiter.take([free], 2), [turn, turn])
      clock.advance(999)
      assert.equal((await limiter.take([free], 1000)).length, 1000)
      assert.equal(updated.length, 1)
      clock.advance(1)
      await limiter.take([free], 1)
      assert.equal(updated.length, 2)
    })

    it('knows a refusal of its own at once, and that of another replica within a second', async () => {
      const { clock, replicas } = createReplicas(2)
      const [one, other] = replicas as [RateLimiter, RateLimiter]
      await one.take([free], 1)
      await other.take([free], 1)
      await one.refused(free, 30)
      assert.equal(one.waitMs([free]), 30_000)
      assert.deepEqual(counts([await one.take([free], 1), await other.take([free], 1)]), [0, 1])
      clock.advance(1000)
      assert.equal((await other.take([free], 1)).length, 0)
      assert.equal(other.waitMs([free]), 29_000)
    })

    it('does not believe what the store said before a refusal', async () => {
      const clock = createFakeClock()
      const rates = createMemoryRates(clock.now)
      const latch = createLatch()
      const late: RateStore = {
        async update(quota, decide) {
          const result = await rates.update(quota, decide)
          await latch.promise
          return result
        },
      }
      const limiter = new RateLimiter(late, clock)
      const first = limiter.take([free], 1)
      const refused = limiter.refused(free, 1)
      clock.advance(500)
      latch.open()
      assert.equal((await first).length, 1)
      await refused
      assert.deepEqual([limiter.waitMs([free]), await limiter.take([free], 1)], [500, []])
      // the store hears of it later, and so counts from there
      clock.advance(700)
      assert.deepEqual(await limiter.take([free], 1), [])
      clock.advance(300)
      assert.deepEqual(
        (await limiter.take([free], 2)).map(({ alone }) => alone),
        [true],
      )
    })

    it('asks the store again after a refusal, however short that was', async () => {
      const { clock, limiter } = createLimiter()
      await limiter.take([free], 1)
      await limiter.refused(free, 0.5)
      clock.advance(600)
      assert.equal((await limiter.take([free], 2)).length, 1)
    })
  })

  describe('after a refusal', () => {
    it('knows it even if the store cannot be told', async () => {
      const clock = createFakeClock()
      const limiter = new RateLimiter({ update: () => Promise.reject(new StoreUnavailableError('away')) }, clock)
      await assert.rejects(limiter.refused(free, 30), { name: 'StoreUnavailableError' })
      assert.equal(limiter.waitMs([free]), 30_000)
    })

    it('gives a turn to one caller at a time, in all replicas', async () => {
      const { clock, replicas } = createReplicas(2)
      const [one, other] = replicas as [RateLimiter, RateLimiter]
      await one.refused(free, 30)
      clock.advance(30_000)
      const [turn, ...more] = await one.take([free], 5)
      assert.deepEqual([turn?.alone, more], [true, []])
      assert.deepEqual([await other.take([free], 1), await one.take([free], 1)], [[], []])
      assert.deepEqual([one.waitMs([free]), other.waitMs([free])], [500, 500])
      await one.end(turn!)
      assert.equal((await one.take([free], 1))[0]?.alone, true)
    })

    it('asks the store each time as long as that is so', async () => {
      const { clock, limiter, updated } = createLimiter()
      await limiter.refused(free, 30)
      clock.advance(30_000)
      for (let n = 0; n < 3; n++) {
        const [turn] = await limiter.take([free], 1)
        await limiter.end(turn!)
      }
      assert.equal(updated.length, 1 + 2 * 3)
    })

    it('lets the next try when a turn alone came to nothing', async () => {
      const { clock, limiter } = createLimiter()
      await limiter.refused(free, 30)
      clock.advance(30_000)
      const [turn] = await limiter.take([free], 1)
      await limiter.giveBack(turn!)
      assert.equal((await limiter.take([free], 1)).length, 1)
    })
  })

  describe('of several quotas, one for each key,', () => {
    const { windows } = limited
    const keys: Quota[] = ['a', 'b'].map((key) => ({ name: `moon:${key}`, windows }))
    const named = (turns: readonly { quota: Quota }[]) => turns.map(({ quota }) => quota.name)

    it('shares the load', async () => {
      const unlimited = keys.map(({ name }) => ({ name, windows: [] }))
      for (const quotas of [keys, unlimited]) {
        const { limiter } = createLimiter()
        const taken = [1, 2, 3, 4].map(() => limiter.take(quotas, 1))
        assert.deepEqual(named((await Promise.all(taken)).flat()), ['moon:a', 'moon:b', 'moon:a', 'moon:b'])
      }
    })

    it('takes from all of them what one does not have', async () => {
      const { limiter } = createLimiter()
      assert.deepEqual(named(await limiter.take(keys, 6)), [...Array(4).fill('moon:a'), ...Array(2).fill('moon:b')])
      assert.equal((await limiter.take(keys, 6)).length, 2)
      assert.equal(limiter.waitMs(keys), 60_000)
    })

    it('waits for the first that has a turn again', async () => {
      const { clock, limiter } = createLimiter()
      await limiter.take([keys[0]!], 5)
      clock.advance(10_000)
      assert.equal(limiter.waitMs(keys), 0)
      await limiter.refused(keys[1]!, 600)
      assert.equal(limiter.waitMs(keys), 50_000)
    })
  })

  it('passes on that the store is away, and works again afterwards', async () => {
    const clock = createFakeClock()
    const rates = createMemoryRates(clock.now)
    let isAway = true
    const store: RateStore = {
      async update(quota, decide) {
        if (isAway) throw new StoreUnavailableError('away')
        return rates.update(quota, decide)
      },
    }
    const limiter = new RateLimiter(store, clock)
    await assert.rejects(limiter.take([limited], 1), { name: 'StoreUnavailableError' })
    isAway = false
    assert.equal((await limiter.take([limited], 4)).length, 4)
  })
})
