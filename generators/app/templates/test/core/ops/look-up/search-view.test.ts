import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { readSearch } from '../../../../src/core/ops/look-up/search-view.ts'
import { createMemoryStore } from '../../../../src/core/store/memory/store.ts'
import type { NewSearch, Store } from '../../../../src/core/store/store.ts'
import { dispatchOf } from '../../search/dispatch-of.ts'
import { createFakeSearcher, threat } from '../../search/fake-searcher.ts'
import { found } from '../../search/outcomes.ts'

const names = ['known', 'begun', 'waits', 'later', 'kept', 'new']
const dispatch = dispatchOf(names.map((name) => createFakeSearcher(name)))
const search: NewSearch = {
  id: 'a',
  artifact: { type: 'net.uri', value: 'http://evil.example/' },
  pending: ['begun', 'waits'],
  deferred: ['later'],
  outcomes: [found('known', [threat]), found('gone', [])],
  notAsked: [{ lookUp: 'kept', title: 'kept', rule: 'own' }],
  rankAfterMs: 0,
  endAfterSecs: 60,
  token: 0,
}
const claim = { claimant: { owner: 'me', leaseSecs: 30 }, begins: ['begun'] }

describe('a search as its operator sees it', () => {
  let store: Store
  let now: number
  beforeEach(() => {
    now = 10_000
    store = createMemoryStore({ now: () => now })
  })
  afterEach(() => store.close())
  const read = () => readSearch('a', { store, dispatch })
  const kinds = async () => (await read())!.lookUps.map(({ id, state }) => [id, state.kind])

  it('is unknown if there is none', async () => assert.equal(await read(), undefined))

  it('has how each look-up of its type is', async () => {
    await store.enter(search, claim)
    assert.deepEqual(await kinds(), [
      ['known', 'known'],
      ['begun', 'under way'],
      ['waits', 'waiting'],
      ['later', 'deferred'],
      ['kept', 'not asked'],
      ['new', 'none'],
    ])
    const { active, result, outcomes, lookUps } = (await read())!
    assert.deepEqual(active, { enteredAt: 10_000, endsAt: 70_000, isHeld: true })
    assert.equal(result, undefined)
    assert.deepEqual(
      outcomes.map(({ lookUp }) => lookUp),
      ['known'],
    )
    assert.deepEqual(
      lookUps.map(({ attempts }) => attempts),
      [0, 1, 0, 0, 0, 0],
    )
  })

  it('waits with what a crash has begun, and knows the attempts', async () => {
    await store.enter(search, claim)
    now += 31_000
    await store.freeLapsed()
    const { state, attempts } = (await read())!.lookUps[1]!
    assert.deepEqual([state.kind, attempts], ['waiting', 1])
  })

  it('has the result once it is done', async () => {
    const { claimed } = await store.enter(search, claim)
    const outcomes = names.map((name) => found(name, []))
    const times = { finishedAt: now, readableUntil: now + 5000, rememberedUntil: now + 9000 }
    await store.finish(claimed!.lease, { type: 'net.uri', outcomes, notAsked: [], ...times })
    const view = (await read())!
    assert.equal(view.active, undefined)
    assert.deepEqual(view.result, { finishedAt: now, readableUntil: now + 5000 })
    assert.ok(view.lookUps.every(({ state }) => state.kind === 'known'))
  })

  it('has what was found before beside what is asked again', async () => {
    const { claimed } = await store.enter(search, claim)
    const former = found('begun', [threat])
    const times = { finishedAt: now, readableUntil: now + 5000, rememberedUntil: now + 9000 }
    await store.finish(claimed!.lease, { type: 'net.uri', outcomes: [former], notAsked: [], ...times })
    await store.enter(search)
    assert.deepEqual((await read())!.lookUps[1]!.state, { kind: 'waiting', former })
  })
})
