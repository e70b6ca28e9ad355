import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Counts, LookUpActivity } from '../../../../src/core/ops/recent.ts'
import type { SourceFacts } from '../../../../src/core/ops/sources/source-facts.ts'
import { stateOf, type SourceState } from '../../../../src/core/ops/sources/source-state.ts'
import { sourceFacts } from '../source-facts.ts'

const counts = (changes: Partial<Counts> = {}): Counts => ({
  hit: 0,
  none: 0,
  failed: 0,
  meanMs: 0,
  slowestMs: 0,
  ...changes,
})
const lately = (changes: Partial<Counts>, rest: Partial<LookUpActivity> = {}): LookUpActivity => ({
  ...counts(),
  lately: counts(changes),
  failures: [],
  ...rest,
})
const turns = (nextAt: number, isTold: boolean) => ({ windows: [], nextAt, isTold, now: 0 })

const CASES: [what: string, facts: Partial<SourceFacts>, state: SourceState][] = [
  ['well', {}, { kind: 'well' }],
  ['well while the store is away', { turns: undefined, waiting: undefined }, { kind: 'well' }],
  ['switched off, whatever else', { ask: 'never', missing: { setting: 'K' } }, { kind: 'off' }],
  ['not filled in', { unfinished: 'a skeleton' }, { kind: 'unfinished' }],
  [
    'without its key',
    { missing: { setting: 'MOON_API_KEY', from: 'https://moon.example' } },
    { kind: 'incomplete', setting: 'MOON_API_KEY', from: 'https://moon.example' },
  ],
  [
    'refusing its key',
    { activity: lately({ failed: 9 }, { keyRefusedSince: -5 }) },
    { kind: 'key refused', since: -5 },
  ],
  ['held, because it said so', { turns: turns(900_000, true) }, { kind: 'held', until: 900_000 }],
  ['spent, by its windows', { turns: turns(900_000, false) }, { kind: 'spent', until: 900_000 }],
  ['left alone', { leftAloneSince: -7 }, { kind: 'left alone', since: -7 }],
  ['failing, at three of six', { activity: lately({ none: 3, failed: 3 }) }, { kind: 'failing', failed: 3, of: 6 }],
  ['failing, at one of one', { activity: lately({ failed: 1 }) }, { kind: 'failing', failed: 1, of: 1 }],
  ['well, at two of three', { activity: lately({ hit: 1, failed: 2 }) }, { kind: 'well' }],
  ['well, at three of seven', { activity: lately({ hit: 4, failed: 3 }) }, { kind: 'well' }],
  [
    'behind, when the first in line has waited for more than two minutes',
    { waiting: { lookUp: 'moon', count: 1, since: -120_001 } },
    { kind: 'behind', since: -120_001 },
  ],
  ['well, when it has waited for two', { waiting: { lookUp: 'moon', count: 1, since: -120_000 } }, { kind: 'well' }],
  ['slow', { activity: lately({ none: 1, meanMs: 5001 }) }, { kind: 'slow', meanMs: 5001 }],
]

describe('a source', () => {
  for (const [what, facts, state] of CASES) {
    it(`is ${what}`, () => assert.deepEqual(stateOf(sourceFacts(facts)), state))
  }
})
