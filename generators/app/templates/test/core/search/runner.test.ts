import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { RetryLater } from '../../../src/core/client/source-error.ts'
import { createEvents } from '../../../src/core/events.ts'
import { hit, text, type Hit } from '../../../src/core/protocol/hit.ts'
import type { Outcome } from '../../../src/core/protocol/outcome.ts'
import { observed } from '../../../src/core/ops/observed-store.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import type { Runner } from '../../../src/core/search/runner.ts'
import type { SearchContext, Searcher } from '../../../src/core/search/searcher.ts'
import { createRunner as createRunnerOf } from '../../../src/core/service.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import {
  StoreUnavailableError,
  type ClaimedSearch,
  type Claimant,
  type NewResult,
  type Store,
} from '../../../src/core/store/store.ts'
import { silentLog } from '../silent-log.ts'
import { searchOf } from '../store/new-search.ts'
import { until } from '../until.ts'
import { createFakeSearcher, createGate, threat } from './fake-searcher.ts'

/** A searcher that keeps the ids of the searches it was asked for. */
function createSearcher(
  name: string,
  search: (id: string, context: SearchContext) => Promise<Hit[]>,
  rest: Partial<Searcher> = {},
) {
  const idOf = (value: unknown) => new URL(String(value)).hostname.replace('.example', '')
  const searcher = createFakeSearcher(name, (artifact, context) => search(idOf(artifact.value), context), rest)
  return {
    ...searcher,
    get asked() {
      return searcher.asked.map(({ value }) => idOf(value))
    },
  }
}

const other: Claimant = { owner: 'other', leaseSecs: 30 }
const byName = (a: { lookUp: string }, b: { lookUp: string }) => a.lookUp.localeCompare(b.lookUp)

/** An outcome without its times. */
function what(outcome: Outcome) {
  const { at: _at, freshUntil: _freshUntil, ...rest } = outcome
  return rest
}

describe('the runner', () => {
  let time: number
  let store: Store
  let runners: Runner[]

  beforeEach(() => {
    time = Date.now()
    store = createMemoryStore({ now: () => time })
    runners = []
  })
  afterEach(async () => {
    mock.timers.reset()
    await Promise.all(runners.map((runner) => runner.stop(0)))
    await store.close()
  })

  async function createRunner(searchers: Searcher[], env: Record<string, string> = {}, of = store) {
    const config = loadConfig(env, searchers)
    const dispatch = createDispatch(searchers, { ...config, ttlSecs: config.CTS_RESULT_TTL_SECS })
    const runner = await createRunnerOf({ config, store: of, dispatch, events: createEvents(), log: silentLog })
    runners.push(runner)
    return runner
  }

  /** Claims what waits for a look-up, as another replica would. */
  const claimed = async (lookUp: string, claimant = other, begins: string[] = []): Promise<ClaimedSearch[]> => {
    const candidates = await store.waitingFor(lookUp, 100)
    const all = await Promise.all(candidates.map((one) => store.claim(one, { claimant, begins })))
    return all.filter((one) => one !== undefined)
  }
  const resultOf = (outcomes: Outcome[]): NewResult => {
    const times = { finishedAt: time, readableUntil: time + 60_000, rememberedUntil: time + 60_000 }
    return { type: 'net.uri', outcomes, notAsked: [], ...times }
  }

  const outcomesOf = async (id: string) => {
    await until(() => store.findResult(id))
    return (await store.findResult(id))!.outcomes.map(what)
  }

  it('runs a search and stores what it found', async () => {
    const url = createSearcher('url', async () => [threat])
    await (await createRunner([url])).submit(searchOf('a'))
    assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [threat] }])
    assert.equal(await store.findPending('a'), undefined)
  })

  it('starts one search for 50 that are the same', async () => {
    const { open, search } = createGate()
    const url = createSearcher('url', search)
    const runner = await createRunner([url])
    const entered = await Promise.all(Array.from({ length: 50 }, () => runner.submit(searchOf('a'))))
    open([threat])
    await outcomesOf('a')
    assert.equal(entered.filter(({ created }) => created).length, 1)
    assert.deepEqual(url.asked, ['a'])
  })

  it('asks a store without searches nothing else, however many look-ups there are', async () => {
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
    const events = createEvents()
    const asked: string[] = []
    events.on('storeCalled', ({ operation }) => asked.push(operation))
    const searchers = ['url', 'other'].map((name) => createSearcher(name, async () => [threat]))
    const runner = await createRunner(searchers, {}, observed(store, events))
    asked.splice(0)
    runner.start()
    for (const polls of [1, 2]) {
      mock.timers.tick(1000)
      await until(() => asked.length >= polls)
      await turn()
    }
    assert.deepEqual(asked, ['countActive', 'countActive'])
  })

  it('does not do again what was finished between the look and the entry', async () => {
    const url = createSearcher('url', async () => [threat])
    const { claimed } = await store.enter(searchOf('a'), { claimant: other, begins: ['url'] })
    await store.finish(claimed!.lease, resultOf([{ lookUp: 'url', at: time, freshUntil: time + 60_000, hits: [] }]))
    await (await createRunner([url])).submit(searchOf('a'))
    await until(async () => !(await store.findPending('a')))
    assert.deepEqual(url.asked, [])
    assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [] }])
  })

  it('runs as many at once as it may, the longest waiting first', async () => {
    const gates = new Map(['a', 'b', 'c', 'd', 'e'].map((id) => [id, createGate()]))
    const url = createSearcher('url', (value) => gates.get(value)!.search())
    const runner = await createRunner([url], { CTS_CONCURRENCY: '2' })
    for (const id of gates.keys()) await runner.submit(searchOf(id))
    for (const [n, id] of [...gates.keys()].entries()) {
      await until(() => url.asked.length === Math.min(n + 2, 5))
      await turn()
      assert.deepEqual(url.asked, ['a', 'b', 'c', 'd', 'e'].slice(0, n + 2))
      gates.get(id)!.open([])
      await outcomesOf(id)
    }
  })

  it('takes up what waits in the store', async () => {
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
    const url = createSearcher('url', async () => [])
    await store.enter(searchOf('a'))
    ;(await createRunner([url])).start()
    mock.timers.tick(1000)
    assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [] }])
  })

  it('shows what the quick searcher found before the slow one is done', async () => {
    const { open, search } = createGate()
    const runner = await createRunner([createSearcher('slow', search), createSearcher('quick', async () => [threat])])
    await runner.submit(searchOf('a', ['slow', 'quick']))
    await until(async () => (await store.findPending('a'))?.outcomes.length)
    assert.deepEqual((await store.findPending('a'))?.outcomes.map(what), [{ lookUp: 'quick', hits: [threat] }])
    open([])
    assert.deepEqual((await outcomesOf('a')).toSorted(byName), [
      { lookUp: 'quick', hits: [threat] },
      { lookUp: 'slow', hits: [] },
    ])
  })

  it('turns whatever a searcher does wrong into its failure, and harms no other', async () => {
    const big = hit(text('Text', 'x'.repeat(1_000_001)))
    const wrongs: [string, () => Promise<Hit[]>, string, string][] = [
      [
        'throws',
        () => {
          throw new Error('secret')
        },
        'error',
        'an error of its own, which the log has',
      ],
      ['undefined', () => Promise.reject(), 'error', 'an error of its own, which the log has'],
      ['nothing', async () => undefined as never, 'bad_hits', 'its hits are wrong at the top: must be an array'],
      [
        'odd',
        async () => [{ props: [{ type: 'number', name: 'N', value: NaN }] }],
        'bad_hits',
        'its hits are wrong at 0.props.0.value: must be a number',
      ],
      [
        'many',
        async () => Array.from({ length: 101 }, () => threat),
        'bad_hits',
        'it gave 101 hits, more than 100: give the most important',
      ],
      ['big', async () => [big], 'bad_hits', 'its hits are larger than 1000000 bytes: give the most important'],
    ]
    const searchers = wrongs.map(([name, search]) => createSearcher(name, search))
    const runner = await createRunner([...searchers, createSearcher('good', async () => [threat])])
    await runner.submit(searchOf('a', [...wrongs.map(([name]) => name), 'good']))
    const outcomes = new Map((await outcomesOf('a')).map((outcome) => [outcome.lookUp, outcome]))
    for (const [lookUp, , kind, message] of wrongs) {
      assert.deepEqual(outcomes.get(lookUp), { lookUp, failure: { kind, message } })
    }
    assert.deepEqual(outcomes.get('good'), { lookUp: 'good', hits: [threat] })
  })

  it('ends a searcher that never returns when its time is up', async () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    let signal: AbortSignal | undefined
    const hung = createSearcher('hung', (_value, context) => {
      signal = context.signal
      return new Promise(() => {})
    })
    await (await createRunner([hung], { CTS_SEARCH_TIMEOUT_SECS: '120' })).submit(searchOf('a', ['hung']))
    await until(() => signal)
    mock.timers.tick(119_999)
    assert.equal(signal?.aborted, false)
    mock.timers.tick(1)
    const failure = { kind: 'timeout', message: 'no answer within 120 s' }
    assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'hung', failure }])
    assert.equal(signal?.aborted, true)
  })

  it('ends searchers in time though one blocks the event loop, and harms no other', async () => {
    const block = (ms: number) => {
      for (const begun = performance.now(); performance.now() - begun < ms;);
    }
    const blocked = createSearcher('blocked', async () => {
      block(1200)
      return new Promise(() => {})
    })
    const good = createSearcher('good', async () => [threat])
    const runner = await createRunner([blocked, good], { CTS_SEARCH_TIMEOUT_SECS: '1', CTS_LEASE_SECS: '1' })
    runner.start()
    for (const id of ['a', 'b']) await runner.submit(searchOf(id, ['blocked', 'good']))
    for (const id of ['a', 'b']) {
      const outcomes = await outcomesOf(id)
      assert.deepEqual(outcomes.toSorted(byName), [
        { lookUp: 'blocked', failure: { kind: 'timeout', message: 'no answer within 1 s' } },
        { lookUp: 'good', hits: [threat] },
      ])
    }
    assert.deepEqual(blocked.asked, ['a', 'b'])
  })

  it('keeps a look-up that hangs from holding others up, also of the same search', async () => {
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
    const hung = createSearcher('hung', () => new Promise(() => {}), { concurrency: 2 })
    const url = createSearcher('url', async () => [])
    const runner = await createRunner([hung, url], { CTS_CONCURRENCY: '4' })
    for (const id of ['a', 'b', 'c', 'd', 'e']) await runner.submit(searchOf(id, ['hung', 'url']))
    for (const id of ['c', 'd', 'e']) await until(async () => (await store.findPending(id))?.outcomes.length)
    await until(() => runner.running === 2)
    assert.deepEqual(hung.asked, ['a', 'b'])
    assert.deepEqual(url.asked.toSorted(), ['a', 'b', 'c', 'd', 'e'])
    assert.deepEqual(
      (await store.waitingFor('hung', 10)).map(({ id }) => id),
      ['c', 'd', 'e'],
    )
    assert.deepEqual(await store.waitingFor('url', 10), [])
  })

  it('begins a look-up of a search that runs here as soon as there is a place for it', async () => {
    const [first, slow] = [createGate(), createGate()]
    const busy = createSearcher('busy', () => first.search(), { concurrency: 1 })
    const url = createSearcher('url', () => slow.search())
    const runner = await createRunner([busy, url])
    await runner.submit(searchOf('a', ['busy']))
    await runner.submit(searchOf('b', ['url', 'busy']))
    await until(() => url.asked.length)
    assert.deepEqual(busy.asked, ['a'])
    first.open([])
    await until(() => busy.asked.length === 2)
    assert.deepEqual(busy.asked, ['a', 'b'])
    slow.open([])
    assert.deepEqual((await outcomesOf('b')).toSorted(byName), [
      { lookUp: 'busy', hits: [] },
      { lookUp: 'url', hits: [] },
    ])
  })

  it('keeps each outcome fresh for its own time, and a failure for that of failures', async () => {
    const day = createSearcher('day', async () => [], { ttlSecs: 86_400 })
    const two = createFakeSearcher('two', async () => ({ hits: [], freshSecs: 120 }))
    const hour = createSearcher('hour', async () => [])
    const fails = createSearcher('fails', () => Promise.reject())
    await (await createRunner([day, two, hour, fails])).submit(searchOf('a', ['day', 'two', 'hour', 'fails']))
    await outcomesOf('a')
    const { outcomes, readableUntil, finishedAt } = (await store.findResult('a'))!
    assert.deepEqual(
      outcomes.map(({ lookUp, at, freshUntil }) => [lookUp, Math.round((freshUntil - at) / 1000)]),
      [
        ['day', 86_400],
        ['two', 120],
        ['hour', 3600],
        ['fails', 60],
      ],
    )
    assert.equal(Math.round((readableUntil - finishedAt) / 1000), 86_400)
  })

  it('ends a search that has waited too long, and says so', async () => {
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
    const url = createSearcher('url', async () => [threat])
    await store.enter(searchOf('a', ['url', 'gone'], { endAfterSecs: 60 }))
    time += 61_000
    ;(await createRunner([url], { CTS_MAX_WAIT_SECS: '60' })).start()
    mock.timers.tick(1000)
    const failure = {
      kind: 'waited_too_long',
      message: 'url was not asked: within 60 s it had no place and turn for this',
    }
    assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', failure }])
    assert.deepEqual(url.asked, [])
  })

  it('gives a search back that is to be tried later, and asks only who has no outcome yet', async () => {
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
    let waits = 1
    const quota = createSearcher('quota', async () => {
      if (waits-- > 0) throw new RetryLater(600)
      return [threat]
    })
    const url = createSearcher('url', async () => [])
    const runner = await createRunner([quota, url], { CTS_MAX_ATTEMPTS: '1' })
    runner.start()
    await runner.submit(searchOf('a', ['quota', 'url']))
    await until(() => runner.running === 0)
    assert.equal((await store.waitingFor('quota', 10)).length, 1)
    const back = mock.method(performance, 'now', () => 1e9)
    time += 601_000
    mock.timers.tick(1000)
    assert.deepEqual((await outcomesOf('a')).toSorted(byName), [
      { lookUp: 'quota', hits: [threat] },
      { lookUp: 'url', hits: [] },
    ])
    back.mock.restore()
    assert.deepEqual([quota.asked.length, url.asked.length], [2, 1])
  })

  describe('after a crash', () => {
    const crash = async (id: string, lookUps: string[], times = 1) => {
      await store.enter(searchOf(id, lookUps), { claimant: { owner: 'crashed-0', leaseSecs: 30 }, begins: lookUps })
      for (let n = 1; n <= times; n++) {
        time += 31_000
        await store.freeLapsed()
        if (n < times) await claimed(lookUps[0]!, { owner: `crashed-${n}`, leaseSecs: 30 }, lookUps)
      }
    }

    it('takes the search over', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      const url = createSearcher('url', async () => [threat])
      ;(await createRunner([url])).start()
      await crash('a', ['url'])
      mock.timers.tick(1000)
      assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [threat] }])
    })

    it('gives up after the attempts that are allowed, and says so', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      const url = createSearcher('url', async () => [threat])
      ;(await createRunner([url], { CTS_MAX_ATTEMPTS: '3' })).start()
      await crash('a', ['url'], 3)
      mock.timers.tick(1000)
      const failure = { kind: 'gave_up', message: 'gave up after 3 attempts' }
      assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', failure }])
      assert.deepEqual(url.asked, [])
    })

    it('counts no attempt of a replica that was only slow', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      const url = createSearcher('url', async () => [threat])
      ;(await createRunner([url], { CTS_MAX_ATTEMPTS: '1' })).start()
      const { claimed: one } = await store.enter(searchOf('a'), { claimant: other, begins: ['url'] })
      time += 31_000
      await store.unbegin(one!.lease, ['url'])
      mock.timers.tick(1000)
      assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [threat] }])
    })

    it('makes last attempts one after the other, so that a search which kills replicas takes no other with it', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      const gates = new Map(['a', 'b', 'c'].map((id) => [id, createGate()]))
      const url = createSearcher('url', (id) => gates.get(id)!.search())
      for (const id of gates.keys()) {
        await crash(id, ['url'])
        time += 1
      }
      ;(await createRunner([url], { CTS_MAX_ATTEMPTS: '2' })).start()
      mock.timers.tick(1000)
      for (const [n, id] of [...gates.keys()].entries()) {
        await until(() => url.asked.length === n + 1)
        mock.timers.tick(1000)
        await turn()
        assert.deepEqual(url.asked, ['a', 'b', 'c'].slice(0, n + 1))
        gates.get(id)!.open([])
        await outcomesOf(id)
      }
    })

    it('leaves out a look-up that the service no longer has', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      ;(await createRunner([createSearcher('url', async () => [])])).start()
      await crash('a', ['url', 'gone'])
      mock.timers.tick(1000)
      assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [] }])
    })
  })

  describe('when it has lost a lease', () => {
    it('stops the search and leaves the successor’s result alone', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      let signal: AbortSignal | undefined
      const url = createSearcher('url', (_value, context) => {
        signal = context.signal
        return new Promise(() => {})
      })
      const runner = await createRunner([url])
      runner.start()
      await runner.submit(searchOf('a'))
      await until(() => signal)
      time += 31_000
      await store.freeLapsed()
      const [taken] = await claimed('url', { owner: 'successor', leaseSecs: 300 })
      mock.timers.tick(10_000)
      await until(() => runner.running === 0)
      assert.equal(signal?.aborted, true)
      assert.deepEqual((await store.findPending('a'))?.outcomes, [])
      const outcome = { lookUp: 'url', at: time, freshUntil: time, hits: [] }
      assert.equal(await store.record(taken!.lease, outcome), true)
    })

    it('renews the leases of what it still runs', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      const { open, search } = createGate()
      const runner = await createRunner([createSearcher('url', search)])
      runner.start()
      await runner.submit(searchOf('a'))
      for (let n = 0; n < 10; n++) {
        time += 10_000
        mock.timers.tick(10_000)
        await turn()
      }
      await store.freeLapsed()
      assert.deepEqual(await claimed('url'), [])
      open([threat])
      assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [threat] }])
    })
  })

  describe('when the store is away', () => {
    it('keeps the outcome and writes it once the store is back', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      let tries = 0
      const shaky: Store = {
        ...store,
        async finish(lease, result) {
          if (++tries < 4) throw new StoreUnavailableError('away')
          return store.finish(lease, result)
        },
      }
      await (await createRunner([createSearcher('url', async () => [threat])], {}, shaky)).submit(searchOf('a'))
      for (const n of [1, 2, 3]) {
        await until(() => tries === n)
        await turn()
        mock.timers.tick(2000)
      }
      assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [threat] }])
    })
  })

  describe('when it is stopped', () => {
    it('lets a running search finish', async () => {
      const { open, search } = createGate()
      const runner = await createRunner([createSearcher('url', search)])
      await runner.submit(searchOf('a'))
      const stopped = runner.stop(20)
      open([threat])
      await stopped
      assert.deepEqual(await outcomesOf('a'), [{ lookUp: 'url', hits: [threat] }])
    })

    it('gives back what does not finish in time, and counts no attempt', async () => {
      let signal: AbortSignal | undefined
      const hung = createSearcher('url', (_value, context) => {
        signal = context.signal
        return new Promise(() => {})
      })
      const runner = await createRunner([hung])
      await runner.submit(searchOf('a'))
      await until(() => signal)
      await runner.stop(0)
      assert.equal(signal?.aborted, true)
      const [next] = await claimed('url')
      assert.deepEqual([next?.search.id, next?.search.begun, next?.search.pending], ['a', { url: [] }, ['url']])
    })

    it('starts nothing more, and keeps what is handed in waiting', async () => {
      const url = createSearcher('url', async () => [])
      const runner = await createRunner([url])
      await runner.stop(0)
      await runner.submit(searchOf('a'))
      await turn()
      assert.deepEqual(url.asked, [])
      assert.equal((await claimed('url')).length, 1)
    })
  })

  describe('waiting for a search', () => {
    it('lasts until it is done', async () => {
      const runner = await createRunner([createSearcher('url', async () => [])])
      await runner.submit(searchOf('a'))
      await runner.settled('a', 60_000)
      assert.ok(await store.findResult('a'))
    })

    it('lasts no longer than it is allowed to', async () => {
      const runner = await createRunner([createSearcher('url', () => new Promise(() => {}))])
      await runner.submit(searchOf('a'))
      await runner.settled('a', 1)
      assert.equal(await store.findResult('a'), undefined)
    })
  })
})
