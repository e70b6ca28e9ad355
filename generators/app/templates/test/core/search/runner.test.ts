import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createEvents } from '../../../src/core/events.ts'
import type { Hit } from '../../../src/core/protocol/hit.ts'
import type { Outcome } from '../../../src/core/protocol/outcome.ts'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import { RetryLater } from '../../../src/core/search/retry-later.ts'
import { Runner, type RunnerSettings } from '../../../src/core/search/runner.ts'
import type { SearchContext, Searcher } from '../../../src/core/search/searcher.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { StoreUnavailableError, type NewSearch, type Store } from '../../../src/core/store/store.ts'
import { silentLog } from '../silent-log.ts'
import { until } from '../until.ts'
import { createFakeSearcher, createGate, threat } from './fake-searcher.ts'
import { runnerSettings } from './runner-settings.ts'

/** A searcher that keeps the values it was asked for. */
function createSearcher(
  name: string,
  search: (value: string, context: SearchContext) => Promise<Hit[]>,
  rest: Partial<Searcher> = {},
) {
  const searcher = createFakeSearcher(name, (artifact, context) => search(String(artifact.value), context), rest)
  return {
    ...searcher,
    get asked() {
      return searcher.asked.map(({ value }) => value)
    },
  }
}

function searchOf(id: string, searchers = ['url']): NewSearch {
  return { id, artifact: { type: 'net.uri', value: id }, searchers }
}

const byName = (a: Outcome, b: Outcome) => a.searcher.localeCompare(b.searcher)

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

  function createRunner(
    searchers: ReturnType<typeof createSearcher>[],
    rest: Partial<RunnerSettings> = {},
    of = store,
  ) {
    const runner = new Runner({
      store: of,
      dispatch: createDispatch(searchers),
      log: silentLog,
      events: createEvents(),
      settings: { ...runnerSettings, ...rest },
      createAsk: () => () => Promise.reject(new Error('no source is asked here')),
    })
    runners.push(runner)
    return runner
  }

  const outcomesOf = async (id: string) => {
    await until(() => store.findResult(id))
    return (await store.findResult(id))!.outcomes
  }

  it('runs a search and stores what it found', async () => {
    const url = createSearcher('url', async () => [threat])
    await createRunner([url]).submit(searchOf('a'))
    assert.deepEqual(await outcomesOf('a'), [{ searcher: 'url', hits: [threat] }])
    assert.equal(await store.findActive('a'), undefined)
  })

  it('starts one search for 50 that are the same', async () => {
    const { open, search } = createGate()
    const url = createSearcher('url', search)
    const runner = createRunner([url])
    const entered = await Promise.all(Array.from({ length: 50 }, () => runner.submit(searchOf('a'))))
    open([threat])
    await outcomesOf('a')
    assert.equal(entered.filter(({ created }) => created).length, 1)
    assert.deepEqual(url.asked, ['a'])
  })

  it('does not do again what was finished between the look and the entry', async () => {
    const url = createSearcher('url', async () => [threat])
    const { lease } = await store.enter(searchOf('a'), { owner: 'other', leaseSecs: 30 })
    const artifact = searchOf('a').artifact
    await store.finish(lease!, { artifact, outcomes: [], ttlSecs: 60, freshSecs: 60 })
    await createRunner([url]).submit(searchOf('a'))
    await until(async () => !(await store.findActive('a')))
    assert.deepEqual(url.asked, [])
    assert.deepEqual(await outcomesOf('a'), [])
  })

  it('runs as many at once as it may, the longest waiting first', async () => {
    const gates = new Map(['a', 'b', 'c', 'd', 'e'].map((id) => [id, createGate()]))
    const url = createSearcher('url', (value) => gates.get(value)!.search())
    const runner = createRunner([url], { concurrency: 2 })
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
    createRunner([url]).start()
    mock.timers.tick(1000)
    assert.deepEqual(await outcomesOf('a'), [{ searcher: 'url', hits: [] }])
  })

  it('shows what the quick searcher found before the slow one is done', async () => {
    const { open, search } = createGate()
    const runner = createRunner([createSearcher('slow', search), createSearcher('quick', async () => [threat])])
    await runner.submit(searchOf('a', ['slow', 'quick']))
    await until(async () => (await store.findActive('a'))?.outcomes.length)
    assert.deepEqual((await store.findActive('a'))?.outcomes, [{ searcher: 'quick', hits: [threat] }])
    open([])
    assert.deepEqual(await outcomesOf('a'), [
      { searcher: 'quick', hits: [threat] },
      { searcher: 'slow', hits: [] },
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
    const runner = createRunner([...searchers, createSearcher('good', async () => [threat])])
    await runner.submit(searchOf('a', [...wrongs.map(([name]) => name), 'good']))
    const outcomes = new Map((await outcomesOf('a')).map((outcome) => [outcome.searcher, outcome]))
    for (const [searcher, , kind, message] of wrongs) {
      assert.deepEqual(outcomes.get(searcher), { searcher, failure: { kind, message } })
    }
    assert.deepEqual(outcomes.get('good'), { searcher: 'good', hits: [threat] })
  })

  it('ends a searcher that never returns when its time is up', async () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    let signal: AbortSignal | undefined
    const hung = createSearcher('hung', (_value, context) => {
      signal = context.signal
      return new Promise(() => {})
    })
    await createRunner([hung], { searchTimeoutSecs: 120 }).submit(searchOf('a', ['hung']))
    await until(() => signal)
    mock.timers.tick(119_999)
    assert.equal(signal?.aborted, false)
    mock.timers.tick(1)
    const failure = { kind: 'timeout', message: 'no answer within 120 s' }
    assert.deepEqual(await outcomesOf('a'), [{ searcher: 'hung', failure }])
    assert.equal(signal?.aborted, true)
  })

  it('ends searchers in time though one blocks the event loop, and harms no other', async () => {
    const block = (ms: number) => {
      for (const begun = performance.now(); performance.now() - begun < ms;);
    }
    const blocked = createSearcher('blocked', async () => {
      block(1000)
      return new Promise(() => {})
    })
    const good = createSearcher('good', async () => [threat])
    const runner = createRunner([blocked, good], { searchTimeoutSecs: 0.5, leaseSecs: 0.3 })
    runner.start()
    for (const id of ['a', 'b']) await runner.submit(searchOf(id, ['blocked', 'good']))
    for (const id of ['a', 'b']) {
      const outcomes = await outcomesOf(id)
      assert.deepEqual(outcomes.toSorted(byName), [
        { searcher: 'blocked', failure: { kind: 'timeout', message: 'no answer within 0.5 s' } },
        { searcher: 'good', hits: [threat] },
      ])
    }
    assert.deepEqual(blocked.asked, ['a', 'b'])
  })

  it('keeps a searcher that hangs from taking all slots', async () => {
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
    const hung = createSearcher('hung', () => new Promise(() => {}))
    const url = createSearcher('url', async () => [])
    const runner = createRunner([hung, url], { concurrency: 4 })
    for (const id of ['a', 'b', 'c']) await runner.submit(searchOf(id, ['hung', 'url']))
    await until(async () => (await store.findActive('c'))?.outcomes.length)
    mock.timers.tick(1000)
    await until(() => runner.running === 2)
    assert.deepEqual(hung.asked, ['a', 'b'])
    assert.deepEqual(url.asked.toSorted(), ['a', 'b', 'c'])
    assert.deepEqual((await store.findActive('c'))?.pending, ['hung'])
  })

  it('keeps a result as long as the shortest of its searchers says', async () => {
    const day = createSearcher('day', async () => [], { ttlSecs: 86_400 })
    const hour = createSearcher('hour', async () => [], { ttlSecs: 7200 })
    await createRunner([day, hour]).submit(searchOf('a', ['day', 'hour']))
    await outcomesOf('a')
    time += 7_199_000
    assert.equal((await store.findResult('a'))?.stale, false)
    time += 2000
    assert.equal(await store.findResult('a'), undefined)
  })

  it('keeps a failure readable like any result, and stale after its own time', async () => {
    await createRunner([createSearcher('url', () => Promise.reject())]).submit(searchOf('a'))
    await outcomesOf('a')
    time += 59_000
    assert.equal((await store.findResult('a'))?.stale, false)
    time += 2000
    assert.equal((await store.findResult('a'))?.stale, true)
    time += 3_500_000
    assert.equal((await store.findResult('a'))?.stale, true)
  })

  it('gives a search back that is to be tried later, and asks only who has no outcome yet', async () => {
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
    let waits = 1
    const quota = createSearcher('quota', async () => {
      if (waits-- > 0) throw new RetryLater(600)
      return [threat]
    })
    const url = createSearcher('url', async () => [])
    const runner = createRunner([quota, url], { maxAttempts: 1 })
    runner.start()
    await runner.submit(searchOf('a', ['quota', 'url']))
    await until(() => runner.running === 0)
    assert.deepEqual((await store.findActive('a'))?.pending, ['quota'])
    time += 601_000
    mock.timers.tick(1000)
    assert.deepEqual(await outcomesOf('a'), [
      { searcher: 'url', hits: [] },
      { searcher: 'quota', hits: [threat] },
    ])
    assert.deepEqual([quota.asked.length, url.asked.length], [2, 1])
  })

  describe('after a crash', () => {
    const crash = async (id: string, searchers: string[], times = 1) => {
      await store.enter(searchOf(id, searchers), { owner: 'crashed', leaseSecs: 30 })
      for (let n = 1; n < times; n++) {
        time += 31_000
        await store.claim({ owner: 'crashed', leaseSecs: 30 }, 1)
      }
      time += 31_000
    }

    it('takes the search over', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      const url = createSearcher('url', async () => [threat])
      createRunner([url]).start()
      await crash('a', ['url'])
      mock.timers.tick(1000)
      assert.deepEqual(await outcomesOf('a'), [{ searcher: 'url', hits: [threat] }])
    })

    it('gives up after the attempts that are allowed, and says so', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      const url = createSearcher('url', async () => [threat])
      createRunner([url], { maxAttempts: 3 }).start()
      await crash('a', ['url'], 3)
      mock.timers.tick(1000)
      const failure = { kind: 'gave_up', message: 'gave up after 3 attempts' }
      assert.deepEqual(await outcomesOf('a'), [{ searcher: 'url', failure }])
      assert.deepEqual(url.asked, [])
    })

    it('fails a searcher that the service no longer has, instead of saying "nothing found"', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      createRunner([createSearcher('url', async () => [])]).start()
      await crash('a', ['gone', 'url'])
      mock.timers.tick(1000)
      assert.deepEqual(await outcomesOf('a'), [
        { searcher: 'gone', failure: { kind: 'error', message: 'this service has no searcher of that name any more' } },
        { searcher: 'url', hits: [] },
      ])
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
      const runner = createRunner([url])
      runner.start()
      await runner.submit(searchOf('a'))
      await until(() => signal)
      time += 31_000
      const [taken] = await store.claim({ owner: 'successor', leaseSecs: 300 }, 1)
      mock.timers.tick(10_000)
      await until(() => runner.running === 0)
      assert.equal(signal?.aborted, true)
      assert.deepEqual((await store.findActive('a'))?.outcomes, [])
      assert.equal(await store.record(taken!.lease, { searcher: 'url', hits: [] }), true)
    })

    it('renews the leases of what it still runs', async () => {
      mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
      const { open, search } = createGate()
      const runner = createRunner([createSearcher('url', search)])
      runner.start()
      await runner.submit(searchOf('a'))
      for (let n = 0; n < 10; n++) {
        time += 10_000
        mock.timers.tick(10_000)
        await turn()
      }
      assert.deepEqual(await store.claim({ owner: 'other', leaseSecs: 30 }, 1), [])
      open([threat])
      assert.deepEqual(await outcomesOf('a'), [{ searcher: 'url', hits: [threat] }])
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
      await createRunner([createSearcher('url', async () => [threat])], {}, shaky).submit(searchOf('a'))
      for (const n of [1, 2, 3]) {
        await until(() => tries === n)
        await turn()
        mock.timers.tick(2000)
      }
      assert.deepEqual(await outcomesOf('a'), [{ searcher: 'url', hits: [threat] }])
    })
  })

  describe('when it is stopped', () => {
    it('lets a running search finish', async () => {
      const { open, search } = createGate()
      const runner = createRunner([createSearcher('url', search)])
      await runner.submit(searchOf('a'))
      const stopped = runner.stop(20)
      open([threat])
      await stopped
      assert.deepEqual(await outcomesOf('a'), [{ searcher: 'url', hits: [threat] }])
    })

    it('gives back what does not finish in time, and counts no attempt', async () => {
      let signal: AbortSignal | undefined
      const hung = createSearcher('url', (_value, context) => {
        signal = context.signal
        return new Promise(() => {})
      })
      const runner = createRunner([hung])
      await runner.submit(searchOf('a'))
      await until(() => signal)
      await runner.stop(0)
      assert.equal(signal?.aborted, true)
      const [claimed] = await store.claim({ owner: 'next', leaseSecs: 30 }, 1)
      assert.deepEqual([claimed?.search.id, claimed?.attempts, claimed?.search.pending], ['a', 1, ['url']])
    })

    it('starts nothing more, and keeps what is handed in waiting', async () => {
      const url = createSearcher('url', async () => [])
      const runner = createRunner([url])
      await runner.stop(0)
      await runner.submit(searchOf('a'))
      await turn()
      assert.deepEqual(url.asked, [])
      assert.equal((await store.claim({ owner: 'next', leaseSecs: 30 }, 1)).length, 1)
    })
  })

  describe('waiting for a search', () => {
    it('lasts until it is done', async () => {
      const runner = createRunner([createSearcher('url', async () => [])])
      await runner.submit(searchOf('a'))
      await runner.settled('a', 60_000)
      assert.ok(await store.findResult('a'))
    })

    it('lasts no longer than it is allowed to', async () => {
      const runner = createRunner([createSearcher('url', () => new Promise(() => {}))])
      await runner.submit(searchOf('a'))
      await runner.settled('a', 1)
      assert.equal(await store.findResult('a'), undefined)
    })
  })
})
