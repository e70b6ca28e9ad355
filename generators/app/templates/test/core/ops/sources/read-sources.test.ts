import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { defineSource } from '../../../../src/core/client/source.ts'
import { createEvents } from '../../../../src/core/events.ts'
import { createRecent } from '../../../../src/core/ops/recent.ts'
import { readSources } from '../../../../src/core/ops/sources/read-sources.ts'
import type { SourceFacts } from '../../../../src/core/ops/sources/source-facts.ts'
import { createDispatch } from '../../../../src/core/search/dispatch.ts'
import { defineSearcher } from '../../../../src/core/search/searcher.ts'
import { loadConfig } from '../../../../src/core/settings/config.ts'
import { createMemoryStore } from '../../../../src/core/store/memory/store.ts'
import { holdBack, NO_CALLS, takeTurns } from '../../../../src/core/store/rate-windows.ts'
import { StoreUnavailableError, type Store } from '../../../../src/core/store/store.ts'

const NOW = 1_000_000
const stars = defineSource({ id: 'stars', title: 'Stars', url: 'https://stars.example', lookUp: {} })
const moon = defineSource({
  id: 'moon',
  title: 'Moon',
  url: 'https://moon.example',
  key: { header: 'K', from: 'https://moon.example/keys' },
  rateLimit: '4/min, 500/d',
  asks: [stars],
  lookUp: { 'net.name': async () => [] },
})
const searchers = [defineSearcher({ name: 'name', artifactTypes: ['net.name'], sources: [moon] })]

describe('the facts of sources', () => {
  let store: Store
  beforeEach(() => {
    store = createMemoryStore({ now: () => NOW })
  })
  afterEach(() => store.close())

  const read = (env: Record<string, string> = {}, from: Pick<Store, 'rates' | 'watch'> = store) => {
    const config = loadConfig(env, searchers)
    const dispatch = createDispatch(searchers, { ...config, ttlSecs: undefined })
    return { config, facts: readSources({ config, dispatch, store: from, recent: createRecent(createEvents()) }) }
  }
  const moonOf = async (env?: Record<string, string>): Promise<SourceFacts> => (await read(env).facts)[0]!

  it('have those that only others ask, too', async () => {
    const all = await read().facts
    assert.deepEqual(
      all.map(({ id, types, waiting }) => [id, types, waiting?.count]),
      [
        ['moon', ['net.name'], 0],
        ['stars', [], undefined],
      ],
    )
  })

  it('say what is missing, and where it comes from', async () => {
    assert.deepEqual((await moonOf()).missing, { setting: 'MOON_API_KEY', from: 'https://moon.example/keys' })
    assert.equal((await moonOf({ MOON_API_KEY: 'a' })).missing, undefined)
  })

  it('have the windows as their owner wrote them, all keys together, by the one that is free first', async () => {
    const env = { MOON_API_KEY: 'a,b' }
    const [a, b] = read(env).config.sources['moon']!.quotas
    const call = (want: number) => (_state: unknown, now: number) => ({
      state: takeTurns(NO_CALLS, { windows: a!.windows, want, now }).state,
      result: undefined,
    })
    await store.rates.update(a!.name, call(4))
    await store.rates.update(b!.name, call(1))
    assert.deepEqual((await moonOf(env)).turns, {
      windows: [
        { calls: 8, ms: 60_000, used: 5 },
        { calls: 1000, ms: 86_400_000, used: 5 },
      ],
      nextAt: NOW,
      isTold: false,
      now: NOW,
    })
    await store.rates.update(b!.name, (_state, now) => ({ state: holdBack(NO_CALLS, 900_000, now), result: undefined }))
    const { nextAt, isTold } = (await moonOf(env)).turns!
    assert.deepEqual([nextAt, isTold], [NOW + 61_000, false])
    await store.rates.update(a!.name, (_state, now) => ({ state: holdBack(NO_CALLS, 300_000, now), result: undefined }))
    const later = (await moonOf(env)).turns!
    assert.deepEqual([later.nextAt, later.isTold], [NOW + 300_000, true])
  })

  it('have who waits, for all replicas', async () => {
    await store.enter({
      id: 'a',
      artifact: { type: 'net.name', value: 'a.example' },
      pending: ['moon'],
      deferred: [],
      outcomes: [],
      notAsked: [],
      rankAfterMs: 0,
      endAfterSecs: 60,
      token: 0,
    })
    assert.deepEqual((await moonOf()).waiting, { lookUp: 'moon', count: 1, since: NOW })
  })

  it('leave out what the store would tell, while it is away', async () => {
    const away = async () => Promise.reject(new StoreUnavailableError('away'))
    const { facts } = read({}, { rates: { ...store.rates, read: away }, watch: { ...store.watch, waiting: away } })
    const [{ turns, waiting } = {}] = await facts
    assert.deepEqual([turns, waiting], [undefined, undefined])
  })
})
