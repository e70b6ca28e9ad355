import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { RetryLater } from '../../../src/core/client/source-error.ts'
import type { Found } from '../../../src/core/client/source.ts'
import type { NotAsked } from '../../../src/core/protocol/outcome.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import type { Store } from '../../../src/core/store/store.ts'
import { createServiceUnderTest, type ServiceUnderTest } from '../service-under-test.ts'
import { until } from '../until.ts'
import { createFakeSearcher, createGate, threat } from './fake-searcher.ts'

const artifact = { type: 'net.uri', value: 'http://malware.example/' }
const env = { LATER_ASK: 'if-nothing-found' }
const nothing = async () => []
const note = { props: [{ type: 'string', name: 'Not asked', value: 'later: others have found it already' }] }

describe('a source that is asked if nothing is found', () => {
  let service: ServiceUnderTest
  afterEach(() => service.stop())

  const start = async (search: () => Promise<Found>, store: Store = createMemoryStore()) => {
    const [first, later] = [createFakeSearcher('first', search), createFakeSearcher('later')]
    service = await createServiceUnderTest({ searchers: [later, first], env, store })
    return { first, later, caller: service.caller }
  }
  const finished = (id: string) => until(async () => !(await service.context.store.findPending(id)))

  it('is asked when each other has looked and found nothing, and not before', async () => {
    const { open, search } = createGate()
    const { caller, first, later } = await start(search)
    const { id } = await caller.scanArtifact(artifact)
    await until(() => first.asked.length)
    assert.deepEqual(later.asked, [])
    open([])
    await finished(id)
    assert.deepEqual([(await caller.scanResult({ id })).hits, later.asked.length], [[threat], 1])
  })

  it('is asked when another has failed', async () => {
    const { caller, later } = await start(() => Promise.reject(new Error('broken')))
    const { id } = await caller.scanArtifact(artifact)
    await finished(id)
    assert.equal(later.asked.length, 1)
  })

  it('is not asked when another has a hit, and the answer says so, now and at the next POST', async () => {
    const { caller, later } = await start(async () => [threat])
    const kept: (readonly NotAsked[])[] = []
    service.events.on('keptIn', (event) => kept.push(event.kept))
    const { id } = await caller.scanArtifact(artifact)
    await finished(id)
    assert.deepEqual(kept, [[{ lookUp: 'later', title: 'later', rule: 'found already' }]])
    for (const answer of [await caller.scanResult({ id }), await caller.scanArtifact(artifact)]) {
      const not_asked = [{ source: 'later', rule: 'found already' }]
      assert.deepEqual(answer, { id, hits: [threat, note], not_asked })
    }
    assert.deepEqual(later.asked, [])
  })

  it('is asked when another waits for its quota since it said so, and the search ends with both', async () => {
    let calls = 0
    const { caller, later, first } = await start(async () => {
      if (calls++ === 0) throw new RetryLater(600)
      return []
    })
    const { id } = await caller.scanArtifact(artifact)
    await until(() => later.asked.length)
    await until(async () => (await service.context.store.findPending(id))?.outcomes.length)
    const waiting = await service.context.store.findPending(id)
    assert.deepEqual([first.asked.length, waiting?.outcomes.map(({ lookUp }) => lookUp)], [1, ['later']])
    assert.deepEqual((await caller.scanResult({ id })).hits, [threat])
  })

  it('is asked at once when another waits for its quota before the search begins', async () => {
    const { caller, later, first } = await start(async () => Promise.reject(new RetryLater(600)))
    await caller.scanArtifact(artifact)
    await until(() => later.asked.length)
    await caller.scanArtifact({ ...artifact, value: 'http://other.example/' })
    await until(() => later.asked.length === 2)
    assert.equal(first.asked.length, 1)
  })

  it('counts fresh hits that a search carries along', async () => {
    let time = Date.now()
    const store = createMemoryStore({ now: () => time })
    const old = createFakeSearcher('old', async () => ({ hits: [threat], freshSecs: 1000 }))
    const due = createFakeSearcher('due', async () => ({ hits: [], freshSecs: 10 }))
    const later = createFakeSearcher('later')
    service = await createServiceUnderTest({ searchers: [old, due, later], env, store })
    const { id } = await service.caller.scanArtifact(artifact)
    await finished(id)
    time += 20_000
    const again = await service.caller.scanArtifact(artifact)
    assert.deepEqual([again.retry_secs, again.hits], [5, [threat]])
    await finished(id)
    assert.deepEqual([old.asked.length, due.asked.length, later.asked.length], [1, 2, 0])
    assert.deepEqual((await service.caller.scanResult({ id })).hits, [threat, note])
  })

  it('is asked at once, alone, when all that is fresh has found nothing', async () => {
    const store = createMemoryStore()
    const first = createFakeSearcher('first', nothing)
    service = await createServiceUnderTest({ searchers: [first], store })
    const { id } = await service.caller.scanArtifact(artifact)
    await finished(id)
    await service.stop()
    const later = createFakeSearcher('later')
    service = await createServiceUnderTest({ searchers: [first, later], env, store })
    await service.caller.scanArtifact(artifact)
    await finished(id)
    assert.deepEqual([first.asked.length, later.asked.length], [1, 1])
  })
})
