import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { holdUpOf, HoldUps } from '../../../../src/core/ops/sources/hold-ups.ts'
import type { SourceFacts } from '../../../../src/core/ops/sources/source-facts.ts'
import { sourceFacts } from '../source-facts.ts'

const waiting = (count: number, since = -1000) => ({ lookUp: 'moon', count, ...(count > 0 && { since }) })
const turns = (nextAt: number, isTold = true) => ({ windows: [], nextAt, isTold, now: 0 })
const held = (changes: Partial<SourceFacts> = {}) =>
  sourceFacts({ turns: turns(900_000), waiting: waiting(12), ...changes })

describe('a source holds searches up', () => {
  for (const [what, facts, isHoldUp] of [
    ['when it said so and some wait', held(), true],
    ['not when none waits', held({ waiting: waiting(0) }), false],
    ['not for five seconds', held({ turns: turns(4000) }), false],
    ['for more, to the end of that', held({ turns: turns(1), waiting: waiting(12, -5000) }), true],
    ['not while its window of a minute is full', held({ turns: turns(61_000, false) }), false],
    ['when its windows are full for longer than two minutes', held({ turns: turns(119_001, false) }), true],
    [
      'when its windows are full again and again, so that the first waits for long',
      held({ turns: turns(61_000, false), waiting: waiting(100, -60_000) }),
      true,
    ],
    ['when it gets less done than comes in', held({ turns: turns(0), waiting: waiting(3, -121_000) }), true],
    ['not as far as anybody knows, while the store is away', held({ turns: undefined, waiting: undefined }), false],
  ] as const) {
    it(what, () => assert.equal(holdUpOf(facts) !== undefined, isHoldUp))
  }

  it('with since when, how many, and until when', () => {
    assert.deepEqual(holdUpOf(held()), {
      id: 'moon',
      title: 'Moon',
      since: -1000,
      waiting: 12,
      until: 900_000,
      isTold: true,
    })
  })
})

describe('hold-ups', () => {
  it('begin once and are over once', () => {
    const holdUps = new HoldUps()
    const ids = (facts: SourceFacts) => {
      const { begun, over } = holdUps.update([facts])
      return [begun.map(({ id }) => id), over.map(({ id }) => id)]
    }
    assert.deepEqual(ids(held()), [['moon'], []])
    assert.deepEqual(ids(held({ waiting: waiting(13, -500) })), [[], []])
    assert.equal(holdUps.current.get('moon')!.since, -1000)
    assert.deepEqual(ids(held({ waiting: waiting(0) })), [[], ['moon']])
    assert.deepEqual(ids(held({ waiting: waiting(0) })), [[], []])
    assert.equal(holdUps.current.size, 0)
  })

  it('go on until it may be asked again, and while nobody knows', () => {
    const holdUps = new HoldUps()
    holdUps.update([held()])
    assert.deepEqual(holdUps.update([held({ turns: turns(1), waiting: waiting(12, 0) })]).over, [])
    assert.deepEqual(holdUps.update([held({ turns: undefined, waiting: undefined })]).over, [])
    assert.equal(holdUps.update([held({ turns: turns(0) })]).over.length, 1)
  })

  it('go on while those who waited are still many, although it may be asked again', () => {
    const holdUps = new HoldUps()
    holdUps.update([held()])
    assert.deepEqual(holdUps.update([held({ turns: turns(0), waiting: waiting(11, -901_000) })]).over, [])
  })
})
