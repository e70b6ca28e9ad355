import assert from 'node:assert/strict'
import { afterEach, beforeEach, it, mock } from 'node:test'
import { RetryLater } from '../../../src/core/client/source-error.ts'
import { pause } from '../../../src/core/time.ts'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { StoreUnavailableError, type Store } from '../../../src/core/store/store.ts'
import { createServiceUnderTest, type ServiceUnderTest } from '../service-under-test.ts'
import { onEachStore } from '../store/on-each-store.ts'
import { until } from '../until.ts'
import { createFakeSearcher, createGate, threat } from './fake-searcher.ts'
import { searchOf } from '../store/new-search.ts'

const POLL_MS = 1000
const RENEW_MS = 10_000
const other = { owner: 'other', leaseSecs: 3600 }

/** A door that is closed until the test opens it. */
function createDoor(): { passed: Promise<void>; open(): void } {
  let open!: () => void
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { passed, open }
}

onEachStore('the runner, whatever crosses and whatever fails', (subject) => {
  let services: ServiceUnderTest[] = []
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }))
  afterEach(async () => {
    await Promise.all(services.map(({ context }) => context.runner.stop(0)))
    services = []
    mock.timers.reset()
  })

  const start = async (searchers: Searcher[], changes: Partial<Store> = {}, env: Record<string, string> = {}) => {
    const service = await createServiceUnderTest({ searchers, store: { ...subject.store, ...changes }, env })
    services.push(service)
    service.context.runner.start()
    return service.context.runner
  }
  const poll = () => mock.timers.tick(POLL_MS)
  const rest = () => subject.rest()
  const ended = (id: string) => until(async () => !(await subject.store.findPending(id)))
  /** Polls until a search has ended. */
  const pollUntilEnded = (id: string) =>
    until(async () => {
      poll()
      return !(await subject.store.findPending(id))
    })
  const namesOf = async (id: string) =>
    (await subject.store.findResult(id))?.outcomes.map((outcome) =>
      'failure' in outcome ? outcome.failure.kind : outcome.lookUp,
    )
  const enter = async (...ids: string[]) => {
    for (const id of ids) await subject.store.enter(searchOf(id, ['url']))
  }

  it('gives places back, and counts no attempt, when the answers to its claims get lost', async () => {
    let lost = 0
    const url = createFakeSearcher('url', undefined, { concurrency: 2 })
    const claim: Store['claim'] = async (...input) => {
      const claimed = await subject.store.claim(...input)
      if (lost++ < 5) throw new StoreUnavailableError('the answer got lost')
      return claimed
    }
    // the memory store loses no answer, and has nothing to give back
    const disown: Store['disown'] = async ({ id, owner }) => {
      await subject.store.disown({ id, owner })
      for (let token = 1; token < 10; token++) await subject.store.release({ id, owner, token })
    }
    await enter('a', 'b', 'c')
    await start([url], { claim, disown }, { CTS_MAX_ATTEMPTS: '1' })
    for (const id of ['a', 'b', 'c']) await pollUntilEnded(id)
    for (const id of ['a', 'b', 'c']) assert.deepEqual(await namesOf(id), ['url'])
    assert.equal(url.asked.length, 3)
  })

  it('keeps a search whose entry it had asked for in vain before', async () => {
    let isAway = true
    const { open, search } = createGate()
    const url = createFakeSearcher('url', search)
    const enter: Store['enter'] = async (...input) => {
      if (isAway) throw new StoreUnavailableError('away')
      return subject.store.enter(...input)
    }
    const runner = await start([url], { enter })
    await assert.rejects(runner.submit(searchOf('a', ['url'])), StoreUnavailableError)
    isAway = false
    await runner.submit(searchOf('a', ['url']))
    await until(() => {
      poll()
      return url.asked.length > 0
    })
    poll()
    await rest()
    assert.deepEqual(await subject.store.waitingFor('url', 1), [])
    open()
    await ended('a')
    assert.equal(url.asked.length, 1)
  })

  it('has no look-up under way twice, that waits again before the store knows', async () => {
    const [door, slow] = [createDoor(), createGate()]
    let tries = 0
    const again = createFakeSearcher('again', async () => {
      if (tries++ === 0) throw new StoreUnavailableError('nobody knows whose turn it is')
      return [threat]
    })
    const unbegin: Store['unbegin'] = async (...input) => {
      await door.passed
      return subject.store.unbegin(...input)
    }
    const runner = await start([again, createFakeSearcher('slow', slow.search)], { unbegin })
    await runner.submit(searchOf('a', ['again', 'slow']))
    await until(() => tries === 1)
    poll()
    await rest()
    assert.equal(tries, 1)
    door.open()
    await until(() => tries === 2)
    slow.open([])
    await ended('a')
    assert.deepEqual([tries, await namesOf('a')], [2, ['again', 'slow']])
  })

  it('looks after searches of crashed replicas, however busy it is', async () => {
    const door = createDoor()
    let frees = 0
    const store: Partial<Store> = {
      async waitingFor(...input) {
        if (frees === 1) await door.passed
        return subject.store.waitingFor(...input)
      },
      async freeLapsed() {
        frees += 1
        await subject.store.freeLapsed()
      },
    }
    await subject.store.enter(searchOf('a'), { claimant: other, begins: [] })
    await start([createFakeSearcher('url')], store)
    poll()
    await until(() => frees === 1)
    poll()
    await rest()
    door.open()
    await until(() => frees === 2)
  })

  it('asks nothing again whose outcome could not be recorded at once', async () => {
    let isAway = true
    const record: Store['record'] = async (...input) => {
      if (isAway) throw new StoreUnavailableError('away')
      return subject.store.record(...input)
    }
    let waits = true
    const quota = createFakeSearcher('quota', async () => {
      if (waits) throw new RetryLater(60)
      return [threat]
    })
    const url = createFakeSearcher('url')
    const runner = await start([url, quota], { record })
    await runner.submit(searchOf('a', ['url', 'quota']))
    await until(() => url.asked.length + quota.asked.length === 2)
    isAway = waits = false
    await until(() => runner.running === 0)
    assert.deepEqual(
      (await subject.store.findPending('a'))?.outcomes.map(({ lookUp }) => lookUp),
      ['url'],
    )
    const [candidate] = await subject.store.waitingFor('quota', 1)
    assert.equal(candidate?.crashes, 0)
    const later = mock.method(performance, 'now', () => 1e9)
    subject.advance(61)
    await pollUntilEnded('a')
    later.mock.restore()
    assert.deepEqual([url.asked.length, quota.asked.length], [1, 2])
  })

  it('leaves a search, should it crash before the end, so that it is found at once', async () => {
    const gates = [createGate(), createGate()]
    const [one, two] = gates.map(({ search }, index) => createFakeSearcher(`look-${index}`, search))
    const [reached, never] = [createDoor(), new Promise<never>(() => {})]
    const crashes: Partial<Store> = {
      async finish() {
        reached.open()
        return never
      },
    }
    const victim = await createServiceUnderTest({ searchers: [one!, two!], store: { ...subject.store, ...crashes } })
    await victim.context.runner.submit(searchOf('a', ['look-0', 'look-1']))
    await until(() => one!.asked.length + two!.asked.length === 2)
    for (const { open } of gates) open()
    await reached.passed
    subject.advance(31)
    await start([one!, two!])
    await pollUntilEnded('a')
    assert.deepEqual(await namesOf('a'), ['look-0', 'look-1'])
    assert.equal(one!.asked.length + two!.asked.length, 3)
  })

  it('takes its mark back when it was late but has not crashed', async () => {
    const url = createFakeSearcher('url', () => new Promise(() => {}))
    let isTakenBack = false
    const unbegin: Store['unbegin'] = async (...input) => {
      await subject.store.unbegin(...input)
      isTakenBack = true
    }
    const runner = await start([url], { unbegin })
    await runner.submit(searchOf('a', ['url']))
    await until(() => url.asked.length)
    subject.advance(31)
    await subject.store.freeLapsed()
    const [candidate] = await subject.store.waitingFor('url', 1)
    const claimed = await subject.store.claim(candidate!, { claimant: other, begins: [] })
    assert.equal(candidate?.crashes, 1)
    mock.timers.tick(RENEW_MS)
    await until(() => runner.running === 0)
    await until(() => {
      poll()
      return isTakenBack
    })
    await subject.store.release(claimed!.lease)
    assert.equal((await subject.store.waitingFor('url', 1))[0]?.crashes, 0)
  })

  it('goes on with what it runs after an outage that was longer than its leases', async () => {
    const { open, search } = createGate()
    const url = createFakeSearcher('url', search)
    const runner = await start([url])
    await runner.submit(searchOf('a', ['url']))
    await until(() => url.asked.length)
    const later = mock.method(performance, 'now', () => 1e9)
    subject.advance(31)
    poll()
    await rest()
    later.mock.restore()
    assert.deepEqual([runner.running, await subject.store.waitingFor('url', 1)], [1, []])
    open()
    await ended('a')
    assert.deepEqual([url.asked.length, await namesOf('a')], [1, ['url']])
  })

  it('runs no search beside itself whose lease it has lost', async () => {
    const { open, search } = createGate()
    const url = createFakeSearcher('url', search)
    const runner = await start([url])
    await runner.submit(searchOf('a', ['url']))
    await until(() => url.asked.length)
    subject.advance(31)
    poll()
    await rest()
    assert.deepEqual([url.asked.length, runner.running], [1, 1])
    mock.timers.tick(RENEW_MS)
    await until(() => {
      poll()
      return url.asked.length === 2
    })
    open()
    await pollUntilEnded('a')
    assert.deepEqual([url.asked.length, await namesOf('a')], [2, ['url']])
  })

  it('runs no more searches at once than it may, also when one comes while it claims', async () => {
    const door = createDoor()
    const url = createFakeSearcher('url', () => new Promise(() => {}))
    let isLooking = false
    const waitingFor: Store['waitingFor'] = async (...input) => {
      const found = await subject.store.waitingFor(...input)
      isLooking ||= found.length > 0
      if (isLooking) await door.passed
      return found
    }
    await enter('a')
    const runner = await start([url, createFakeSearcher('quick', url.search)], { waitingFor }, { CTS_CONCURRENCY: '1' })
    poll()
    await until(() => isLooking)
    await runner.submit(searchOf('b', ['quick']))
    door.open()
    await rest()
    assert.equal(runner.running, 1)
  })

  it('makes the look-ups of a search side by side that another replica has handed in', async () => {
    const gates = ['a', 'b', 'c'].map(() => createGate())
    const searchers = gates.map(({ search }, index) => createFakeSearcher(`look-${index}`, search))
    await subject.store.enter(searchOf('a', ['look-0', 'look-1', 'look-2']))
    await start(searchers)
    poll()
    await until(() => searchers.every(({ asked }) => asked.length === 1))
    for (const { open } of gates) open()
    await ended('a')
  })

  it('goes on at once with a look-up whose search has come back', async () => {
    const [first, second] = [createGate(), createGate()]
    const busy = createFakeSearcher('busy', () => (busy.asked.length === 1 ? first.search() : second.search()), {
      concurrency: 1,
    })
    const url = createFakeSearcher('url')
    const runner = await start([busy, url])
    await runner.submit(searchOf('a', ['busy']))
    await runner.submit(searchOf('b', ['url', 'busy']))
    await until(() => url.asked.length && runner.running === 1)
    first.open()
    await until(() => busy.asked.length === 2)
    second.open()
    await ended('b')
  })

  it('makes what is left for the case that the others find nothing, and once', async () => {
    const [first, last] = [createFakeSearcher('first', async () => []), createFakeSearcher('last')]
    const service = await createServiceUnderTest({
      searchers: [first, last],
      store: subject.store,
      env: { LAST_ASK: 'if-nothing-found' },
    })
    services.push(service)
    const { id } = await service.caller.scanArtifact({ type: 'net.uri', value: 'http://malware.example/' })
    await ended(id)
    assert.deepEqual(await service.caller.scanResult({ id }), { id, hits: [threat] })
    assert.deepEqual([first.asked.length, last.asked.length], [1, 1])
  })

  it('forgets nothing that is left for the case that the others find nothing, also when it is stopped then', async () => {
    const door = createDoor()
    const [first, second, last] = ['first', 'second', 'last'].map((name) => createFakeSearcher(name, async () => []))
    const all = [first!, second!, last!]
    let isRecording = false
    const record: Store['record'] = async (...input) => {
      isRecording = true
      await door.passed
      return subject.store.record(...input)
    }
    const runner = await start(all, { record })
    await runner.submit({ ...searchOf('a', ['first', 'second']), deferred: ['last'] })
    await until(() => isRecording)
    await rest()
    const stopped = runner.stop(0)
    await pause(10)
    door.open()
    await stopped
    assert.equal(await subject.store.findResult('a'), undefined)
    await start(all)
    await pollUntilEnded('a')
    assert.deepEqual((await namesOf('a'))?.toSorted(), ['first', 'last', 'second'])
    assert.deepEqual(
      all.map(({ asked }) => asked.length),
      [1, 1, 1],
    )
  })

  it('makes a search that cannot be finished by a fault of its own no oftener than one that crashes', async () => {
    const url = createFakeSearcher('url')
    const finish: Store['finish'] = () => Promise.reject(new TypeError('a fault'))
    const runner = await start([url], { finish }, { CTS_MAX_ATTEMPTS: '2' })
    await runner.submit(searchOf('a', ['url']))
    await until(() => runner.running === 0)
    subject.advance(31)
    await until(() => {
      poll()
      return url.asked.length > 1
    })
    for (let times = 0; times < 3; times++) {
      await until(() => runner.running === 0)
      subject.advance(31)
      poll()
      await rest()
    }
    assert.equal(url.asked.length, 2)
    await runner.stop(0)
    subject.advance(31)
    await start([url], {}, { CTS_MAX_ATTEMPTS: '2' })
    await pollUntilEnded('a')
    assert.deepEqual(await namesOf('a'), ['gave_up'])
  })

  it('keeps outcomes that are too large for the store together, also across a wait', async () => {
    let waits = true
    const large = hit(text('Report', 'x'.repeat(950_000)))
    const all = Array.from({ length: 9 }, (_, index) => createFakeSearcher(`look-${index}`, async () => [large]))
    const quota = createFakeSearcher('quota', async () => {
      if (waits) throw new RetryLater(60)
      return [threat]
    })
    const runner = await start([...all, quota])
    const pending = [...all.map(({ name }) => name), 'quota']
    const artifact = { type: 'net.uri', value: `http://malware.example/${'a'.repeat(9_900_000)}` }
    await runner.submit({ ...searchOf('a', pending), artifact })
    await until(() => quota.asked.length === 1)
    await until(() => runner.running === 0)
    waits = false
    const later = mock.method(performance, 'now', () => 1e9)
    subject.advance(61)
    await pollUntilEnded('a')
    later.mock.restore()
    assert.deepEqual(await namesOf('a'), pending)
    assert.deepEqual(
      [...all, quota].map(({ asked }) => asked.length),
      [...all.map(() => 1), 2],
    )
  })
})
