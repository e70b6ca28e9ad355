import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, text, type Hit } from '../../../src/core/protocol/hit.ts'
import { answerOf } from '../../../src/core/search/result.ts'
import { dispatchOf } from './dispatch-of.ts'
import { createFakeSearcher, threat } from './fake-searcher.ts'
import { failed, found } from './outcomes.ts'

const optional = createFakeSearcher('spare', undefined, { optional: true })
const { lookUps } = dispatchOf([createFakeSearcher('a'), createFakeSearcher('b'), optional])
const other = hit(text('Threat', 'phishing'))
const note = (name: string, value: string): Hit => hit(text(name, value))
const former = { hits: [threat], at: Date.UTC(2026, 0, 2, 3, 4, 5) }
const asOf: Hit = { props: [...threat.props, { type: 'string', name: 'As of', value: '2026-01-02T03:04:05.000Z' }] }

describe('the answer of a search', () => {
  it('is all hits, in the order of the look-ups', () => {
    const outcomes = [found('spare', []), found('b', [other]), found('a', [threat])]
    assert.deepEqual(answerOf(lookUps, outcomes, []), { hits: [threat, other] })
  })

  it('is "nothing found" when every look-up found nothing, or none is made', () => {
    const outcomes = [found('a', []), found('b', []), found('spare', [])]
    assert.deepEqual(answerOf(lookUps, outcomes, []), { hits: [] })
    assert.deepEqual(answerOf([], [], []), { hits: [] })
  })

  it('is a failure when nothing was found and a look-up failed', () => {
    const outcomes = [found('a', []), failed('b', 'B is out of order'), failed('spare', 'no')]
    assert.deepEqual(answerOf(lookUps, outcomes, []), {
      failure: 'Not every source could be asked: b: B is out of order',
    })
  })

  it('is no failure because of a look-up that is optional', () => {
    const outcomes = [found('a', []), found('b', []), failed('spare', 'no')]
    assert.deepEqual(answerOf(lookUps, outcomes, []), { hits: [] })
  })

  it('says beside hits what could not be asked, the optional too', () => {
    const outcomes = [found('a', [threat]), failed('b', 'B is out of order'), failed('spare', 'no')]
    assert.deepEqual(answerOf(lookUps, outcomes, []), {
      hits: [threat, note('Could not be asked', 'b: B is out of order; spare: no')],
    })
  })

  it('says beside hits what of a look-up could not be asked', () => {
    const outcomes = [{ ...found('a', [threat]), gaps: ['list x is empty', 'list y is old'] }, failed('b', 'no')]
    assert.deepEqual(answerOf(lookUps, outcomes, []), {
      hits: [threat, note('Could not be asked', 'a: list x is empty; list y is old; b: no')],
    })
  })

  it('has the hits of an earlier time where a source could not be asked again, and says so', () => {
    const outcomes = [failed('a', 'A is out of order', former), failed('b', 'no')]
    assert.deepEqual(answerOf(lookUps, outcomes, []), {
      hits: [asOf, note('Could not be asked', 'b: no'), note('Could not be asked again', 'a: A is out of order')],
    })
  })

  it('shows when hits are from, even if they have said so themselves', () => {
    const said = hit(text('Threat', 'malware'), text('As of', 'yesterday'))
    const outcomes = [failed('a', 'no', { hits: [said], at: former.at })]
    const [first] = (answerOf(lookUps, outcomes, []) as { hits: Hit[] }).hits
    assert.deepEqual(first, asOf)
  })

  it('says beside hits what was not asked, but not what the owner has switched off', () => {
    const notAsked = [
      { lookUp: 'b', title: 'B', rule: 'own' },
      { lookUp: 'spare', title: 'Spare', rule: 'too long' },
      { lookUp: 'c', title: 'C', rule: 'switched off' },
      { lookUp: 'd', title: 'D', rule: 'not filled in' },
    ]
    assert.deepEqual(answerOf(lookUps, [found('a', [threat])], notAsked), {
      hits: [threat, note('Not asked', 'B: one of our own addresses; Spare: longer than it takes')],
    })
    assert.deepEqual(answerOf(lookUps, [found('a', [])], notAsked), { hits: [] })
  })

  it('ignores the outcomes of look-ups that have been taken out', () => {
    const outcomes = [found('a', []), found('gone', [threat]), failed('gone too', 'no')]
    assert.deepEqual(answerOf(lookUps, outcomes, []), { hits: [] })
  })
})
