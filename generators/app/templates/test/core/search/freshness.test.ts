import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formerHitsOf, freshnessOf } from '../../../src/core/search/result.ts'
import { dispatchOf } from './dispatch-of.ts'
import { createFakeSearcher, threat } from './fake-searcher.ts'
import { failed, found } from './outcomes.ts'

const { lookUps } = dispatchOf(['a', 'b', 'c'].map((name) => createFakeSearcher(name)))
const idsOf = ({ due, fresh }: ReturnType<typeof freshnessOf>) => ({
  due: due.map(({ id }) => id),
  fresh: fresh.map(({ lookUp }) => lookUp),
})

describe('what is due', () => {
  it('is every look-up of which nothing is known', () => {
    assert.deepEqual(idsOf(freshnessOf(lookUps, [], 0)), { due: ['a', 'b', 'c'], fresh: [] })
  })

  it('is what is fresh no more, and nothing else, in the order of the look-ups', () => {
    const outcomes = [
      found('c', [], { freshUntil: 15_001 }),
      failed('b', 'no'),
      found('a', [threat], { freshUntil: 15_000 }),
    ]
    assert.deepEqual(idsOf(freshnessOf(lookUps, outcomes, 15_000)), { due: ['a'], fresh: ['b', 'c'] })
    assert.deepEqual(idsOf(freshnessOf(lookUps, outcomes, 20_000)), { due: ['a', 'b', 'c'], fresh: [] })
  })

  it('is not asked of a look-up that has been taken out', () => {
    const outcomes = [found('a', []), found('gone', [threat])]
    assert.deepEqual(idsOf(freshnessOf(lookUps, outcomes, 15_000)), { due: ['b', 'c'], fresh: ['a'] })
  })

  it('is a look-up into lists that have changed, and no other', () => {
    const lists = { revision: 'new', match: () => ({ hits: [], troubles: [] }) }
    const [a, ...others] = lookUps
    const ofLists = [{ ...a!, lists }, ...others]
    const outcomes = [found('a', [threat]), found('b', []), found('c', [])]
    const at = (revision: string) => [{ ...outcomes[0]!, revision }, ...outcomes.slice(1)]
    assert.deepEqual(idsOf(freshnessOf(ofLists, at('new'), 15_000)), { due: [], fresh: ['a', 'b', 'c'] })
    assert.deepEqual(idsOf(freshnessOf(ofLists, at('old'), 15_000)), { due: ['a'], fresh: ['b', 'c'] })
    assert.deepEqual(idsOf(freshnessOf(ofLists, outcomes, 15_000)), { due: ['a'], fresh: ['b', 'c'] })
    assert.deepEqual(idsOf(freshnessOf(lookUps, at('new'), 15_000)), { due: ['a'], fresh: ['b', 'c'] })
  })

  it('goes by the latest of several outcomes, in whatever order', () => {
    const [old, late] = [found('a', [threat], { at: 1 }), found('a', [], { at: 2, freshUntil: 12_000 })]
    for (const outcomes of [
      [old, late],
      [late, old],
    ]) {
      assert.deepEqual(freshnessOf(lookUps.slice(0, 1), outcomes, 11_000).fresh, [late])
      assert.deepEqual(idsOf(freshnessOf(lookUps.slice(0, 1), outcomes, 12_000)), { due: ['a'], fresh: [] })
    }
  })
})

describe('what was found before', () => {
  const former = { hits: [threat], at: 5000 }

  it('is the hits of the latest outcome, with their time', () => {
    assert.deepEqual(formerHitsOf('a', [found('a', [threat], { at: 5000 }), found('b', [])]), former)
  })

  it('is, after a failure, what had been found before that', () => {
    assert.deepEqual(formerHitsOf('a', [failed('a', 'no', former)]), former)
    assert.equal(formerHitsOf('a', [failed('a', 'no')]), undefined)
  })

  it('is nothing where nothing was found, or is known', () => {
    assert.equal(formerHitsOf('a', [found('a', [])]), undefined)
    assert.equal(formerHitsOf('a', [found('b', [threat])]), undefined)
  })

  it('is nothing where the latest outcome is that nothing was found', () => {
    const outcomes = [found('a', [threat], { at: 1 }), found('a', [], { at: 2 })]
    assert.equal(formerHitsOf('a', outcomes), undefined)
    assert.equal(formerHitsOf('a', outcomes.toReversed()), undefined)
  })
})
