import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { listsReport } from '../../../scripts/lists-report.ts'
import { inspectLists } from '../../../src/core/lists/inspect.ts'
import { createFolder } from './lists-under-test.ts'

async function reportOf(t: TestContext, files: Record<string, string>, isRead = true) {
  const { path, clock } = createFolder(t, files)
  clock.advance(7_200_000)
  const inspected = await inspectLists({ folder: path, maxEntries: 1000, keptBadLines: 2, now: () => clock.now() })
  return listsReport('lists', inspected, isRead)
}

describe('the report of npm run lists', () => {
  it('is a table of all lists, what is ours first', async (t) => {
    assert.deepEqual(await reportOf(t, { 'bad/a.txt': 'evil.example\n', 'own/a.txt': 'corp.example\n10.0.0.0/8\n' }), {
      isFine: true,
      text: [
        'use  list       entries  left out  bad lines  age  state',
        'own  own/a.txt  2        0         0          2 h  ok',
        'bad  bad/a.txt  1        0         0          2 h  ok',
      ].join('\n'),
    })
  })

  it('names bad lines, and counts those that are too many', async (t) => {
    const { text, isFine } = await reportOf(t, { 'bad/a.txt': 'evil.example\nthis\nis\nnothing\n' })
    assert.equal(isFine, true)
    assert.deepEqual(text.split('\n').slice(2), [
      '',
      'bad/a.txt:2: nothing that can be looked up: "this"',
      'bad/a.txt:3: nothing that can be looked up: "is"',
      'bad/a.txt: and 1 more bad lines',
    ])
  })

  for (const use of ['own', 'bad']) {
    it(`is not fine with a list of ${use} values that is broken, and says why once`, async (t) => {
      const { text, isFine } = await reportOf(t, { [`${use}/a.txt`]: '' })
      assert.equal(isFine, false)
      const why = 'has no entries: fill it, take it out, or say "mayBeEmpty": true in lists.json'
      assert.deepEqual(text.split('\n').slice(2), ['', `list ${use}/a.txt ${why}`])
    })
  }

  it('is not fine with lists that the service does not read', async (t) => {
    const { text, isFine } = await reportOf(t, { 'own/a.txt': 'corp.example\n' }, false)
    assert.equal(isFine, false)
    assert.deepEqual(text.split('\n').slice(1), [
      'own  own/a.txt  1        0         0          2 h  ok',
      '',
      'CTS_LISTS is not set, so the service does not read this folder: put CTS_LISTS=lists into .env',
    ])
    assert.deepEqual(await reportOf(t, {}, false), {
      text: 'There are no lists in lists: its README.md says what goes there',
      isFine: true,
    })
  })

  it('is fine with a list that is too old, and says so', async (t) => {
    const { text, isFine } = await reportOf(t, {
      'bad/a.txt': 'evil.example\n',
      'lists.json': '{"bad/a.txt":{"maxAgeHours":1}}',
    })
    assert.equal(isFine, true)
    assert.match(text, /^list bad\/a\.txt is 2 hours old, and may be 1$/m)
  })

  it('is not fine with what lies where nothing is read', async (t) => {
    const { text, isFine } = await reportOf(t, { 'evil.txt': 'evil.example\n' })
    assert.equal(isFine, false)
    assert.equal(
      text,
      'There are no lists in lists: its README.md says what goes there\n\nevil.txt is not read: move it into own, good or bad',
    )
  })
})
