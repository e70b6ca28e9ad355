import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { hasMarkers, mergeTexts } from '../../generators/upgrade/merge.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const versions = { from: '0.1.0', to: '0.2.0' }
const base = 'one\ntwo\nthree\nfour\nfive\n'

describe('a merge', () => {
  it('has what both sides have changed', () => {
    const ours = base.replace('one', 'ONE')
    const fresh = base.replace('five', 'FIVE')
    const merged = mergeTexts({ base, ours, fresh, ...versions })
    assert.deepEqual(merged, { text: 'ONE\ntwo\nthree\nfour\nFIVE\n', conflicts: [] })
  })

  it('marks each conflict with all three sides and their versions, and says at which lines', () => {
    const ours = base.replace('one', 'mine').replace('five', 'mine too')
    const fresh = base.replace('one', 'new').replace('five', 'new too')
    const { text, conflicts } = mergeTexts({ base, ours, fresh, ...versions })
    assert.deepEqual(conflicts, [1, 11])
    assert.deepEqual(text.split('\n').slice(0, 11), [
      '<<<<<<< yours',
      'mine',
      '||||||| resilient-cts 0.1.0',
      'one',
      '=======',
      'new',
      '>>>>>>> resilient-cts 0.2.0',
      'two',
      'three',
      'four',
      '<<<<<<< yours',
    ])
    assert.equal(hasMarkers(text), true)
  })

  it('is clean where both sides have made the same change', () => {
    const fresh = base.replace('one', 'ONE')
    assert.deepEqual(mergeTexts({ base, ours: fresh, fresh, ...versions }), { text: fresh, conflicts: [] })
  })

  it('keeps a missing end of the last line', () => {
    const ours = base.replace('one', 'ONE')
    const merged = mergeTexts({ base, ours, fresh: base.trimEnd(), ...versions })
    assert.deepEqual(merged, { text: ours.trimEnd(), conflicts: [] })
  })

  it('takes headings of Markdown for no conflicts', () => {
    assert.equal(hasMarkers('Title\n=======\n\n>>> quoted\n'), false)
  })

  it('leaves nothing behind', async (t) => {
    const { TMPDIR } = process.env
    t.after(() => {
      if (TMPDIR === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = TMPDIR
    })
    const folder = await temporaryFolder()
    process.env['TMPDIR'] = folder
    assert.equal(tmpdir(), folder)
    mergeTexts({ base, ours: `x\n${base}`, fresh: `${base}x\n`, ...versions })
    assert.deepEqual(readdirSync(folder), [])
  })
})

describe('a merge without git', () => {
  const { PATH } = process.env
  beforeEach(async () => {
    process.env['PATH'] = await temporaryFolder()
  })
  afterEach(() => {
    process.env['PATH'] = PATH
  })

  it('is refused', () => {
    assert.throws(() => mergeTexts({ base, ours: `x\n${base}`, fresh: `${base}x\n`, ...versions }), {
      name: 'Refusal',
      message: 'git is not installed, and an upgrade merges and compares with it. Install git, and run this again.',
    })
  })

  it('is done where only one side has changed anything', () => {
    assert.equal(mergeTexts({ base, ours: base, fresh: `x\n${base}`, ...versions }).text, `x\n${base}`)
    assert.equal(mergeTexts({ base, ours: `x\n${base}`, fresh: base, ...versions }).text, `x\n${base}`)
  })
})
