import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { outlineOf } from '../../generators/upgrade/outline.ts'
import { summaryOf } from '../../generators/upgrade/summary.ts'
import { planUpgrade } from '../../generators/upgrade/plan.ts'
import { APP_RECORD, searcherRecord } from '../../generators/upgrade/record.ts'
import { type Story, type Texts, planOf } from './service-on-disk.ts'

const lines = (first: string, last: string) => `${first}\n\n\n\n${last}\n`
const pages = (count: number, text: string): Texts =>
  Object.fromEntries(Array.from({ length: count }, (_none, index) => [`deploy/kubernetes/${index}.yaml`, text]))
const scripts = (test: string) => `${JSON.stringify({ scripts: { test } }, null, 2)}\n`

const story: Story = {
  base: {
    ...pages(4, 'old'),
    'README.md': lines('a', 'b'),
    'clash.ts': 'old\n',
    'gone.ts': 'old',
    'kept.ts': 'old',
    'moved.ts': 'old',
    'one.ts': 'old',
    'two.ts': 'old',
    'package.json': scripts('old'),
  },
  disk: {
    'README.md': lines('mine', 'b'),
    'clash.ts': 'mine\n',
    'gone.ts': 'old',
    'kept.ts': 'mine',
    'moved.ts': 'old',
    'one.ts': 'old',
    'two.ts': 'old',
    'mine.ts': `import './moved.ts'`,
    'unknown.ts': 'mine',
    'package.json': scripts('mine'),
    '.env.example': '',
    'old.ts.new': 'left',
    'old.ts': 'x',
  },
  fresh: {
    ...pages(4, 'new'),
    'README.md': lines('a', 'new'),
    'clash.ts': 'new\n',
    'core/moved.ts': 'new',
    'one.ts': 'new',
    'two.ts': 'new',
    'added.ts': 'new',
    'unknown.ts': 'new',
    'old.ts': 'x',
    'package.json': scripts('new'),
  },
  moves: { 'moved.ts': 'core/moved.ts' },
  left: ['old.ts.new'],
  made: { '.env.example': 'A=\n' },
}

describe('the summary', () => {
  it('counts what needs no look, and names the rest', () => {
    assert.deepEqual(summaryOf(planOf(story), 'my-cts'), [
      'my-cts 0.1.0 → 0.2.0',
      'Replaced, unedited: 2 files   Added: 1   Moved: 1   Removed: 1   Made anew: .env.example',
      'Merged with your edits: README.md',
      'Imports follow what has moved: mine.ts',
      'Left deleted: deploy/kubernetes/…   Kept, no longer ours: kept.ts',
      'package.json: scripts.test is yours; newer: "new"',
      'CONFLICTS, resolve by hand: clash.ts (line 1), unknown.ts (the new one is unknown.ts.new; remove it when you have merged it)',
      'CONFLICTS left from before: old.ts (the new one is old.ts.new; remove it when you have merged it)',
      'Next: npm run typecheck && npm test',
    ])
  })

  it('says that there is nothing to do', () => {
    const plan = { ...planOf({ base: { a: 'x' }, disk: { a: 'x' }, fresh: { a: 'x' } }), records: [] }
    assert.deepEqual(summaryOf(plan, 'my-cts'), ['my-cts is up to date: 0.2.0.'])
  })

  it('names the files that still have conflicts', () => {
    const plan = {
      ...planOf({ base: { a: 'x' }, disk: { a: '<<<<<<< yours\n' }, fresh: { a: 'x' }, left: ['a'] }),
      records: [],
    }
    assert.deepEqual(summaryOf(plan, 'my-cts'), ['my-cts 0.1.0 → 0.2.0', 'CONFLICTS left from before: a'])
  })

  it('says what a service without a record lacks, and what to do', () => {
    const [title, line] = summaryOf(planOf({ disk: { a: 'mine' }, fresh: { a: 'new' } }), 'my-cts')
    assert.deepEqual(
      [title, line],
      [
        'my-cts 0.2.0',
        'There is no record of what was emitted: this service was made before there was one. So what you have edited cannot be merged, unless --base DIR names a service that is freshly made by the same old version.',
      ],
    )
  })

  it('says of a service of which one record is missing which one it is', () => {
    const files = new Map([['a', 'old']])
    const parts = [
      { record: APP_RECORD, base: undefined, fresh: files },
      { record: searcherRecord('url'), base: { version: '0.1.0', files: new Map() }, fresh: new Map() },
    ]
    const plan = planUpgrade({ version: '0.2.0', parts, disk: new Map([['a', 'mine']]), layoutChanges: [] })
    assert.equal(plan.recorded, false)
    assert.equal(
      summaryOf(plan, 'my-cts')[1],
      'The record .resilient-cts/app.json.gz is missing, though others are there. So what you have edited cannot be merged, unless you take it from git (git checkout -- .resilient-cts/app.json.gz), or --base DIR names a service that is freshly made by version 0.1.0.',
    )
  })

  it('names an installation where packages have changed', () => {
    const json = (h3: string) => ({ 'package.json': `{ "dependencies": { "h3": "${h3}" } }\n` })
    const lastLine = summaryOf(planOf({ base: json('1'), disk: json('1'), fresh: json('2') }), 'my-cts').at(-1)
    assert.equal(lastLine, 'Next: npm install && npm run typecheck && npm test')
  })

  it('names an installation after a run that was interrupted once it had written the packages', () => {
    const json = { 'package.json': '{ "dependencies": { "h3": "2" } }\n' }
    const plan = planOf({ base: {}, disk: json, fresh: json, unfinished: json })
    assert.equal(summaryOf(plan, 'my-cts').at(-1), 'Next: npm install && npm run typecheck && npm test')
  })

  it('says of what is not done yet that it is to come', () => {
    const lines = summaryOf(planOf(story), 'my-cts', { ahead: true })
    assert.deepEqual(
      [lines[0], lines.slice(1)],
      ['To come: my-cts 0.1.0 → 0.2.0', summaryOf(planOf(story), 'my-cts').slice(1, -1)],
    )
  })

  it('names one folder for more than three merged files in it', () => {
    const texts = (first: string, last: string) => pages(4, lines(first, last))
    const merged = planOf({ base: texts('a', 'b'), disk: texts('mine', 'b'), fresh: texts('a', 'new') })
    assert.equal(summaryOf(merged, 'my-cts')[1], 'Merged with your edits: deploy/kubernetes/…')
  })

  it('says what its owner has removed from a package.json, and what this version has', () => {
    const json = (fields: object) => ({ 'package.json': JSON.stringify(fields) })
    const notes = (ours: object, fresh: object) =>
      summaryOf(planOf({ base: json({ a: 1 }), disk: json(ours), fresh: json(fresh) }), 'my-cts')[1]
    assert.equal(notes({}, { a: 2 }), 'package.json: a is removed by you; newer: 2')
    assert.equal(notes({ a: 3 }, {}), 'package.json: a is yours; no longer ours')
  })

  it('names a range of its owner’s that a higher one has replaced', () => {
    const json = (h3: string) => ({ 'package.json': JSON.stringify({ dependencies: { h3 } }) })
    const plan = planOf({ base: json('^2.0.8'), disk: json('2.0.8'), fresh: json('^2.0.9') })
    assert.equal(
      summaryOf(plan, 'my-cts')[2],
      'package.json: dependencies.h3 was yours: "2.0.8"; ours is higher: "^2.0.9"',
    )
  })
})

describe('the outline', () => {
  it('is the summary as data', () => {
    const outline = outlineOf(planOf(story))
    assert.deepEqual(JSON.parse(JSON.stringify(outline)), {
      status: 3,
      from: '0.1.0',
      to: '0.2.0',
      replaced: ['one.ts', 'two.ts'],
      added: ['added.ts'],
      moved: [{ from: 'moved.ts', to: 'core/moved.ts' }],
      removed: ['gone.ts'],
      merged: ['README.md'],
      followed: ['mine.ts'],
      made: ['.env.example'],
      leftDeleted: Object.keys(pages(4, '')),
      kept: ['kept.ts'],
      unrecorded: [],
      packageJson: [{ field: 'scripts.test', ours: 'mine', fresh: 'new' }],
      conflicts: [
        { path: 'clash.ts', lines: [1] },
        { path: 'unknown.ts', lines: [], beside: 'unknown.ts.new' },
        { path: 'old.ts', lines: [], beside: 'old.ts.new', left: true },
      ],
      obstacles: [],
    })
  })

  it('has no version to begin from where there is no record', () => {
    assert.equal(outlineOf(planOf({ disk: {}, fresh: {} })).from, null)
  })
})
