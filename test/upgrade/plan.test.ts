import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { conflictsOf, hasWork, planUpgrade, statusOf } from '../../generators/upgrade/plan.ts'
import { APP_RECORD, searcherRecord, sourceRecord } from '../../generators/upgrade/record.ts'
import type { Step } from '../../generators/upgrade/step.ts'
import { type Story, type Texts, planOf } from './service-on-disk.ts'

const lines = (...texts: string[]) => texts.map((text) => `${text}\n`).join('')
const crlf = (text: string) => text.replaceAll('\n', '\r\n')

const B = lines('one', 'two', 'three', 'four', 'five', 'six', 'seven')
const O = lines('ONE', 'two', 'three', 'four', 'five', 'six', 'seven')
const N = lines('one', 'two', 'three', 'four', 'five', 'six', 'SEVEN')
const CLASH = lines('first', 'two', 'three', 'four', 'five', 'six', 'seven')
const MERGED = lines('ONE', 'two', 'three', 'four', 'five', 'six', 'SEVEN')
const CONFLICT = lines(
  '<<<<<<< yours',
  'ONE',
  '||||||| resilient-cts 0.1.0',
  'one',
  '=======',
  'first',
  '>>>>>>> resilient-cts 0.2.0',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
)

/** What the plan of one file comes to: its kind, and what is on disk then where that changes. */
interface Outcome {
  kind: Step['kind']
  writes?: Texts
  removes?: string[]
  conflicts?: number[]
  status: 0 | 2 | 3
}

interface Row {
  name: string
  /** @default 'f' */
  path?: string
  base?: string
  ours?: string
  fresh?: string
  outcome: Outcome
}

const rows: Row[] = [
  { name: 'the new one is left', base: B, ours: N, fresh: N, outcome: { kind: 'leave', status: 0 } },
  {
    name: 'an edited one is left where nothing is new',
    base: B,
    ours: O,
    fresh: B,
    outcome: { kind: 'leave', status: 0 },
  },
  {
    name: 'an unedited one is replaced',
    base: B,
    ours: B,
    fresh: N,
    outcome: { kind: 'replace', writes: { f: N }, status: 2 },
  },
  { name: 'a deleted one stays deleted', base: B, fresh: B, outcome: { kind: 'deleted', status: 0 } },
  {
    name: 'a deleted one stays deleted where it has changed',
    base: B,
    fresh: N,
    outcome: { kind: 'deleted', status: 0 },
  },
  { name: 'a new one is added', fresh: N, outcome: { kind: 'add', writes: { f: N }, status: 2 } },
  {
    name: 'one that never was ours is kept',
    ours: O,
    fresh: N,
    outcome: { kind: 'beside', writes: { 'f.new': N }, status: 3 },
  },
  {
    name: 'one that is no longer emitted is removed',
    base: B,
    ours: B,
    outcome: { kind: 'remove', removes: ['f'], status: 2 },
  },
  { name: 'one that is no longer emitted is kept if edited', base: B, ours: O, outcome: { kind: 'keep', status: 0 } },
  {
    name: 'one that both have changed is merged',
    base: B,
    ours: O,
    fresh: N,
    outcome: { kind: 'merge', writes: { f: MERGED }, status: 2 },
  },
  {
    name: 'one of which both have changed the same line has a conflict',
    base: B,
    ours: O,
    fresh: CLASH,
    outcome: { kind: 'merge', writes: { f: CONFLICT }, conflicts: [1], status: 3 },
  },
]

/** What cannot be merged: bytes, of which the text is base64. */
const binaryRows: Row[] = [
  {
    name: 'an unedited one is replaced',
    base: 'AAAA',
    ours: 'AAAA',
    fresh: 'CCCC',
    outcome: { kind: 'replace', writes: { 'f.png': 'CCCC' }, status: 2 },
  },
  {
    name: 'an edited one is left where nothing is new',
    base: 'AAAA',
    ours: 'BBBB',
    fresh: 'AAAA',
    outcome: { kind: 'leave', status: 0 },
  },
  {
    name: 'one that both have changed is kept, and the new one goes beside it',
    base: 'AAAA',
    ours: 'BBBB',
    fresh: 'CCCC',
    outcome: { kind: 'beside', writes: { 'f.png.new': 'CCCC' }, status: 3 },
  },
  {
    name: 'an edited one that is no longer emitted is kept',
    base: 'AAAA',
    ours: 'BBBB',
    outcome: { kind: 'keep', status: 0 },
  },
].map((row) => ({ ...row, path: 'f.png' }) as Row)

/** A story whose record is of this version already but for its version: so that nothing but the file counts. */
function storyOf({ path = 'f', base, ours, fresh }: Row, ends = (text: string) => text): Story {
  const at = (text: string | undefined, raw = (same: string) => same): Texts =>
    text === undefined ? {} : { [path]: raw(text) }
  return {
    base: { other: 'x', ...at(base) },
    disk: { other: 'x', ...at(ours, ends) },
    fresh: { other: 'x', ...at(fresh) },
  }
}

function outcomeOf(story: Story, of = 'f'): Outcome {
  const plan = { ...planOf(story), records: [] }
  const { kind, writes, removes, conflicts } = plan.steps.find(({ path }) => path === of)!
  return {
    kind,
    ...(writes.length > 0 ? { writes: Object.fromEntries(writes.map(({ path, text }) => [path, text])) } : {}),
    ...(removes.length > 0 ? { removes } : {}),
    ...(conflicts.length > 0 ? { conflicts } : {}),
    status: statusOf(plan, { check: true }),
  }
}

describe('a plan', () => {
  for (const row of rows) {
    it(`of LF: ${row.name}`, () => assert.deepEqual(outcomeOf(storyOf(row)), row.outcome))

    it(`of CRLF: ${row.name}`, () => {
      const { writes, ...rest } = row.outcome
      // only a file that was not there has no line ends to keep
      const ends = row.ours === undefined ? (text: string) => text : crlf
      const expected = writes && Object.fromEntries(Object.entries(writes).map(([path, text]) => [path, ends(text)]))
      assert.deepEqual(outcomeOf(storyOf(row, crlf)), { ...rest, ...(expected ? { writes: expected } : {}) })
    })
  }

  for (const row of binaryRows) {
    it(`of bytes: ${row.name}`, () => assert.deepEqual(outcomeOf(storyOf(row), row.path), row.outcome))
  }

  const mixed = `${crlf(lines('ONE', 'two', 'three', 'four', 'five'))}${lines('six', 'seven')}`

  it('leaves a file of which some lines end with CRLF as it is', () => {
    for (const [path, fresh] of Object.entries({ f: B, other: O })) {
      const outcome = outcomeOf({ base: { [path]: B }, disk: { [path]: mixed }, fresh: { [path]: fresh } }, path)
      assert.deepEqual(outcome, { kind: 'leave', status: 0 })
    }
  })

  it('keeps the line ends that most lines have', () => {
    const plan = planOf({ base: { f: B }, disk: { f: mixed }, fresh: { f: N } })
    assert.equal(plan.steps[0]!.writes[0]!.text, crlf(MERGED))
  })

  it('has this version as the next base in every case, with deleted paths too', () => {
    const fresh = { deleted: N, edited: N, added: N }
    const { records } = planOf({ base: { deleted: B, edited: B, gone: B }, disk: { edited: O, gone: O }, fresh })
    assert.deepEqual(
      records.map(({ path, snapshot }) => ({
        path,
        version: snapshot.version,
        files: Object.fromEntries(snapshot.files),
      })),
      [{ path: APP_RECORD, version: '0.2.0', files: fresh }],
    )
  })

  it('tells a deleted file that this version changes from one that it does not', () => {
    const { steps } = planOf({ base: { same: B, changed: B }, disk: {}, fresh: { same: B, changed: N } })
    assert.deepEqual(
      steps.map(({ path, misses }) => ({ path, misses })),
      [
        { path: 'same', misses: false },
        { path: 'changed', misses: true },
      ],
    )
  })

  it('lays JSON beside that would be none when merged', () => {
    const base = '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n'
    const ours = '{\n  "a": 1,\n  "b": 2\n}\n'
    const fresh = '{\n  "a": 1,\n  "b": 2,\n  "c": 3,\n  "d": 4\n}\n'
    const merge = () => ({ text: '{ "a": 1, "b": 2 "d": 4 }', conflicts: [] })
    const parts = [
      { record: APP_RECORD, base: { files: new Map([['x.json', base]]) }, fresh: new Map([['x.json', fresh]]) },
    ]
    const plan = planUpgrade({ version: '0.2.0', parts, disk: new Map([['x.json', ours]]), layoutChanges: [], merge })
    const [step] = plan.steps
    assert.deepEqual([step!.kind, step!.writes], ['beside', [{ path: 'x.json.new', text: fresh, like: 'x.json' }]])
  })

  it('merges JSON with comments, which never could be parsed', () => {
    const story = (text: string) => ({ 'tsconfig.json': `// comment\n${text}` })
    const { steps } = planOf({ base: story(B), disk: story(O), fresh: story(N) })
    assert.deepEqual([steps[0]!.kind, steps[0]!.writes[0]!.text], ['merge', story(MERGED)['tsconfig.json']])
  })

  it('merges a package.json by its fields, with or without a record', () => {
    const json = (scripts: object) => `${JSON.stringify({ scripts }, null, 2)}\n`
    const story = {
      disk: { 'package.json': json({ test: 'mine' }) },
      fresh: { 'package.json': json({ test: 'new', lint: 'new' }) },
    }
    for (const base of [{ 'package.json': json({ test: 'old' }) }, undefined]) {
      const plan = planOf(base ? { ...story, base } : story)
      const [step] = plan.steps
      assert.deepEqual(step!.writes[0]!.text, json({ test: 'mine', lint: 'new' }))
      assert.deepEqual(step!.notes, [{ field: 'scripts.test', ours: 'mine', fresh: 'new' }])
      assert.equal(statusOf(plan), 0)
    }
  })

  it('keeps the line ends of a package.json', () => {
    const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`
    const { steps } = planOf({
      base: { 'package.json': json({ a: 1, b: 1 }) },
      disk: { 'package.json': crlf(json({ a: 2, b: 1 })) },
      fresh: { 'package.json': json({ a: 1, b: 2 }) },
    })
    assert.equal(steps[0]!.writes[0]!.text, crlf(json({ a: 2, b: 2 })))
  })

  it('writes what is made from the service only where it differs', () => {
    const story: Story = { base: {}, disk: { same: crlf('a\n'), other: crlf('a\n') }, fresh: {} }
    const { steps } = planOf({ ...story, made: { same: 'a\n', other: 'b\n', missing: 'c\n' } })
    assert.deepEqual(
      steps.map(({ kind, writes }) => [kind, writes[0]!.path, writes[0]!.text]),
      [
        ['make', 'other', 'b\r\n'],
        ['add', 'missing', 'c\n'],
      ],
    )
  })

  it('writes no record that says the same', () => {
    const files = new Map([['a', 'a']])
    const parts = [
      { record: APP_RECORD, base: { version: '0.1.0', files }, fresh: files },
      { record: sourceRecord('urlhaus'), base: { version: '0.2.0', files }, fresh: files },
      { record: searcherRecord('url'), base: undefined, fresh: files },
      { record: searcherRecord('none'), base: undefined, fresh: new Map() },
    ]
    const { records, from } = planUpgrade({ version: '0.2.0', parts, disk: new Map(), layoutChanges: [] })
    assert.deepEqual(
      records.map(({ path }) => path),
      ['.resilient-cts/app.json.gz', '.resilient-cts/searchers/url.json.gz'],
    )
    assert.equal(from, '0.1.0')
  })

  it('finds a file whose record is another one now', () => {
    const parts = [
      { record: APP_RECORD, base: { version: '0.1.0', files: new Map([['mock', B]]) }, fresh: new Map() },
      { record: sourceRecord('urlhaus'), base: undefined, fresh: new Map([['mock', N]]) },
    ]
    const plan = planUpgrade({ version: '0.2.0', parts, disk: new Map([['mock', B]]), layoutChanges: [] })
    assert.deepEqual(
      plan.steps.map(({ kind }) => kind),
      ['replace'],
    )
  })
})

describe('the status', () => {
  const upToDate = { ...planOf({ base: { f: N }, disk: { f: N }, fresh: { f: N } }), records: [] }

  it('is 0 where nothing is left to do', () => {
    assert.deepEqual([statusOf(upToDate), statusOf(upToDate, { check: true }), hasWork(upToDate)], [0, 0, false])
  })

  it('is 0 after an upgrade without conflicts, and 2 if only asked for', () => {
    const plan = planOf({ base: { f: B }, disk: { f: B }, fresh: { f: N } })
    assert.deepEqual([statusOf(plan), statusOf(plan, { check: true })], [0, 2])
  })

  it('is 2 where only the record is of an earlier version', () => {
    assert.equal(statusOf(planOf({ base: { f: N }, disk: { f: N }, fresh: { f: N } }), { check: true }), 2)
  })

  it('is 3 with conflicts, to come or left', () => {
    for (const disk of [{ f: O }, { f: CONFLICT.replace('two\n', 'mine\n') }, { f: N, 'f.new': N }] as Texts[]) {
      const plan = planOf({ base: { f: B }, disk, fresh: { f: CLASH }, left: ['f', 'f.new'] })
      assert.deepEqual([statusOf(plan), statusOf(plan, { check: true })], [3, 3], JSON.stringify(disk))
    }
  })
})

describe('conflicts that were left', () => {
  const kindOf = (ours: string, fresh: string) =>
    planOf({ base: { f: B }, disk: { f: ours }, fresh: { f: fresh }, left: ['f'] }).steps[0]!.kind

  it('are not merged again', () => {
    for (const ours of [CONFLICT.replace('two\n', 'mine\n'), `>>>>>>> resilient-cts 0.1.0\n${O}`]) {
      assert.equal(kindOf(ours, N), 'unresolved')
      assert.equal(kindOf(ours, B), 'unresolved')
    }
  })

  it('are not taken for such where the last upgrade has left none, unless the file is to be merged', () => {
    const kindWithout = (fresh: string) =>
      planOf({ base: { f: B }, disk: { f: CONFLICT }, fresh: { f: fresh } }).steps[0]!.kind
    assert.deepEqual([kindWithout(B), kindWithout(N)], ['leave', 'unresolved'])
  })

  it('are recorded, with what lies beside, until the next upgrade', () => {
    const leftBy = (disk: Texts, left: string[] = []) =>
      planOf({ base: { f: B }, disk, fresh: { f: CLASH, g: N }, left }).records.map(({ snapshot }) => snapshot.left)
    assert.deepEqual(leftBy({ f: O, g: O }), [['f', 'g.new']])
    assert.deepEqual(leftBy({ f: CLASH, g: N, 'h.new': O }, ['h.new']), [['h.new']])
    const files = new Map([['f', N]])
    const base = { version: '0.2.0', files, left: ['f', 'f.new'] }
    for (const disk of [files, new Map([...files, ['f.new', O]])]) {
      const parts = [{ record: APP_RECORD, base, fresh: files }]
      assert.deepEqual(planUpgrade({ version: '0.2.0', parts, disk, layoutChanges: [] }).records, [])
    }
  })

  it('have a file of its owner’s beside that only looks like one of ours', () => {
    const plan = planOf({ base: { f: B }, disk: { f: O, 'f.new': O }, fresh: { f: B }, left: ['f'] })
    assert.deepEqual([plan.leftovers, statusOf(plan), plan.records[0]!.snapshot.left], [[], 0, undefined])
  })

  it('are named once where the new file of the last upgrade lies beside one that is to be merged', () => {
    const plan = planOf({ base: { f: B }, disk: { f: O, 'f.new': B }, fresh: { f: CLASH }, left: ['f.new'] })
    const [step, ...others] = conflictsOf(plan)
    assert.deepEqual([step!.kind, step!.beside, others, plan.leftovers], ['unresolved', 'f.new', [], []])
  })

  it('are those of this upgrade where it was interrupted after it had written them', () => {
    const plan = planOf({ base: { f: B }, disk: { f: CONFLICT }, fresh: { f: CLASH }, unfinished: { f: CONFLICT } })
    const [step] = conflictsOf(plan)
    assert.deepEqual([step!.kind, step!.conflicts, step!.writes], ['merge', [1], []])
  })

  it('are none where the file has such lines by itself', () => {
    const text = '<<<<<<< yours\n'
    assert.equal(kindOf('other\n', text), 'merge')
    const plan = planOf({ base: { f: text + B }, disk: { f: text + O }, fresh: { f: text + N } })
    assert.deepEqual([plan.steps[0]!.kind, plan.steps[0]!.conflicts], ['merge', []])
  })
})
