import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RateLimiter } from '../../../src/core/client/rate-limiter.ts'
import type { Source } from '../../../src/core/client/source.ts'
import { ConcurrencyLimits, Starts } from '../../../src/core/search/starts.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { createMemoryRates } from '../../../src/core/store/memory/store.ts'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'
import { createFakeClock } from '../client/fake-clock.ts'
import { moon } from '../client/moon.ts'
import { dispatchOf } from './dispatch-of.ts'
import { createFakeSearcher } from './fake-searcher.ts'

const sun: Source = { id: 'sun', title: 'Sun', url: 'https://sun.example', types: [], lookUp: {}, concurrency: 1 }
const searchers = [
  { name: 'domain', artifactTypes: ['net.name'] as const, sources: [moon] },
  createFakeSearcher('both', undefined, { asks: [moon, sun] }),
  createFakeSearcher('plain'),
]

/** Leave for the look-ups of the moon, which has a limit, of code that asks moon and sun, and of code that asks none. */
function createStarts(env: Record<string, string> = {}, isAway: () => boolean = () => false) {
  const config = loadConfig({ MOON_RATE_LIMIT: '4/min', ...env }, searchers)
  const dispatch = dispatchOf(searchers)
  const clock = createFakeClock()
  const rates = createMemoryRates(clock.now)
  const limiter = new RateLimiter(
    {
      async update(quota, decide) {
        if (isAway()) throw new StoreUnavailableError('away')
        return rates.update(quota, decide)
      },
    },
    clock,
  )
  const starts = new Starts({
    limiter,
    limits: new ConcurrencyLimits((id) => dispatch.placesOf(id)),
    settingsOf: ({ id }) => config.sources[id],
    maxWaitMs: 3_600_000,
  })
  const lookUp = (id: string) => dispatch.lookUps.find((one) => one.id === id)!
  return { clock, limiter, starts, domain: lookUp('moon'), both: lookUp('both'), plain: lookUp('plain') }
}

describe('leave to begin a look-up', () => {
  it('is given as far as there are turns, and with one of them', async () => {
    const { starts, domain } = createStarts()
    const taken = await starts.take(domain, 5)
    assert.deepEqual(
      taken.map(({ lookUp, turn }) => [lookUp, turn?.quota.name, turn?.alone]),
      Array.from({ length: 4 }, () => [domain, 'moon', false]),
    )
    // the window is a second longer than the source's own
    assert.equal(starts.waitMs(domain), 61_000)
    assert.deepEqual([starts.places(domain), await starts.take(domain, 1)], [1, []])
  })

  it('is given as far as there are places, and no turn is lost by that', async () => {
    const { starts, domain } = createStarts({ MOON_RATE_LIMIT: '7/min' })
    assert.equal((await starts.take(domain, 10)).length, 5)
    assert.deepEqual([starts.places(domain), starts.waitMs(domain)], [0, 0])
    assert.deepEqual(await starts.take(domain, 10), [])
    for (let n = 0; n < 5; n++) starts.end(domain)
    assert.equal((await starts.take(domain, 10)).length, 2)
  })

  it('is given for no more than is wanted', async () => {
    const { starts, domain } = createStarts()
    assert.equal((await starts.take(domain, 2)).length, 2)
    assert.deepEqual(await starts.take(domain, 0), [])
    assert.equal(starts.places(domain), 3)
  })

  it('is given as far as each source has a place that the look-up asks', async () => {
    const { starts, domain, both } = createStarts({ MOON_RATE_LIMIT: 'none' })
    assert.equal((await starts.take(both, 5)).length, 1)
    assert.deepEqual([starts.places(both), starts.places(domain)], [0, 4])
    starts.end(both)
    assert.deepEqual([starts.places(both), starts.places(domain)], [1, 5])
  })

  it('is given with a turn of the first source that code of its own asks', async () => {
    const { starts, domain, both } = createStarts()
    const [start] = await starts.take(both, 1)
    assert.equal(start?.turn?.quota.name, 'moon')
    assert.equal((await starts.take(domain, 5)).length, 3)
  })

  it('is given without any limit to code that asks nobody, until it holds itself back', async () => {
    const { starts, plain, clock } = createStarts()
    assert.equal((await starts.take(plain, 5)).length, 5)
    for (let n = 0; n < 5; n++) starts.end(plain)
    await starts.holdBack(plain, 30)
    assert.deepEqual([starts.waitMs(plain), await starts.take(plain, 1), starts.places(plain)], [30_000, [], 5])
    clock.advance(30_000)
    assert.equal((await starts.take(plain, 1)).length, 1)
  })

  it('is given with the key whose turn it is', async () => {
    const { starts, domain } = createStarts({ MOON_API_KEY: 'a,b', MOON_RATE_LIMIT: '2/min' })
    const taken = await starts.take(domain, 5)
    assert.equal(new Set(taken.map(({ turn }) => turn?.quota.name)).size, 2)
    assert.equal(taken.length, 4)
    assert.equal(starts.waitMs(domain), 61_000)
  })

  it('is given back with place and turn', async () => {
    const { starts, domain } = createStarts()
    const taken = await starts.take(domain, 4)
    for (const start of taken) await starts.giveBack(start)
    assert.equal(starts.places(domain), 5)
    assert.equal((await starts.take(domain, 5)).length, 4)
  })

  it('is given back with its place even if its turn is lost', async () => {
    let isAway = false
    const { starts, domain } = createStarts({}, () => isAway)
    const [start] = await starts.take(domain, 1)
    isAway = true
    await starts.giveBack(start!)
    assert.equal(starts.places(domain), 5)
  })

  it('is given to nobody without the store, and takes no place then', async () => {
    const { starts, domain } = createStarts({}, () => true)
    await assert.rejects(starts.take(domain, 3), { name: 'StoreUnavailableError' })
    assert.equal(starts.places(domain), 5)
  })

  it('is given to fail at once when its turn is further away than a search waits', async () => {
    const { starts, limiter, domain, clock } = createStarts({ MOON_RATE_LIMIT: '1/d' })
    await starts.take(domain, 2)
    starts.end(domain)
    assert.equal(starts.waitMs(domain), 0)
    const taken = await starts.take(domain, 2)
    assert.deepEqual(taken, [
      { lookUp: domain, spentMs: 86_401_000 },
      { lookUp: domain, spentMs: 86_401_000 },
    ])
    assert.equal(starts.places(domain), 3)
    for (const start of taken) await starts.giveBack(start)
    assert.equal(starts.places(domain), 5)
    // an hour before it is time, a search can wait for it
    clock.advance(86_401_000 - 3_600_000)
    assert.equal(starts.waitMs(domain), 3_600_000)
    assert.deepEqual([await starts.take(domain, 2), starts.places(domain)], [[], 5])
    assert.equal(limiter.waitMs([{ name: 'moon', windows: [] }]), 3_600_000)
  })
})
