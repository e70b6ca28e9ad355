import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Verdict, type Versions, decide } from '../../generators/upgrade/decide.ts'

const rows: [string, Versions, Verdict][] = [
  ['is left as it is, if it is the new one', { base: 'B', ours: 'N', fresh: 'N' }, 'leave'],
  ['is left as it is, if it is the new one and not in the record', { ours: 'N', fresh: 'N' }, 'leave'],
  ['is left as its owner has it, if this version changes nothing', { base: 'B', ours: 'O', fresh: 'B' }, 'leave'],
  ['is left as it is, if nobody has changed it', { base: 'B', ours: 'B', fresh: 'B' }, 'leave'],
  ['is replaced, if nobody has edited it', { base: 'B', ours: 'B', fresh: 'N' }, 'replace'],
  ['stays deleted, if this version changes nothing', { base: 'B', fresh: 'B' }, 'deleted'],
  ['stays deleted, if this version changes it', { base: 'B', fresh: 'N' }, 'deleted'],
  ['is added, if it is new', { fresh: 'N' }, 'add'],
  ['is kept, if it never was ours, and the new one goes beside it', { ours: 'O', fresh: 'N' }, 'beside'],
  ['is removed, if it is no longer emitted and nobody has edited it', { base: 'B', ours: 'B' }, 'remove'],
  ['is kept, if it is no longer emitted but edited', { base: 'B', ours: 'O' }, 'keep'],
  ['is kept, if it is no longer emitted and not in the record', { ours: 'O' }, 'keep'],
  ['is nothing to do with, if it is neither emitted nor there', { base: 'B' }, 'leave'],
  ['is merged, if both sides have changed it', { base: 'B', ours: 'O', fresh: 'N' }, 'merge'],
  ['is told from a missing one, if it is empty', { base: '', ours: '', fresh: 'N' }, 'replace'],
]

describe('a file', () => {
  for (const [name, versions, verdict] of rows) it(name, () => assert.equal(decide(versions), verdict))
})
