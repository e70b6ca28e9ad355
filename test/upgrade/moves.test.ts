import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { statusOf } from '../../generators/upgrade/plan.ts'
import { type Story, planOf } from './service-on-disk.ts'

const B = `import { a } from './a.ts'\n\nexport const x = 1\n\n\nexport const y = 1\n`
const N = `import { a } from '../a.ts'\n\nexport const x = 1\n\n\nexport const y = 2\n`
const moves = { 'src/old.ts': 'src/core/new.ts' }
const base = { 'src/old.ts': B, 'src/a.ts': 'a' }
const fresh = { 'src/core/new.ts': N, 'src/a.ts': 'a' }

function stepsOf(story: Partial<Story>) {
  const { steps } = planOf({ base, fresh, moves, disk: {}, ...story })
  return steps
    .filter(({ kind }) => kind !== 'leave')
    .map(({ kind, path, from, writes, removes, conflicts }) => ({
      kind,
      path,
      ...(from === undefined ? {} : { from }),
      writes: Object.fromEntries(writes.map((write) => [write.path, write.text])),
      removes,
      ...(conflicts.length > 0 ? { conflicts } : {}),
    }))
}

const from = 'src/old.ts'
const path = 'src/core/new.ts'

describe('a file that moves', () => {
  it('is replaced in its new place, if nobody has edited it', () => {
    const disk = { 'src/old.ts': B, 'src/a.ts': 'a' }
    assert.deepEqual(stepsOf({ disk }), [{ kind: 'replace', path, from, writes: { [path]: N }, removes: [from] }])
  })

  it('is merged in its new place with the edits of its owner, whose imports lead where they led', () => {
    const disk = {
      'src/old.ts': B.replace('x = 1', 'x = mine').replace('\n\n', `\nimport './mine.ts'\n\n`),
      'src/a.ts': 'a',
    }
    const merged = N.replace('x = 1', 'x = mine').replace('\n\n', `\nimport '../mine.ts'\n\n`)
    assert.deepEqual(stepsOf({ disk }), [{ kind: 'merge', path, from, writes: { [path]: merged }, removes: [from] }])
  })

  it('moves as its owner has it, if it is the same in this version but for its imports', () => {
    const same = B.replace('./a.ts', '../a.ts')
    const steps = stepsOf({
      disk: { 'src/old.ts': B.replace('x = 1', 'x = mine') },
      fresh: { [path]: same },
      base: { 'src/old.ts': B },
    })
    const writes = { [path]: same.replace('x = 1', 'x = mine') }
    assert.deepEqual(steps, [{ kind: 'merge', path, from, writes, removes: [from] }])
  })

  it('moves as it is, if nothing in it changes', () => {
    const steps = stepsOf({ base: { 'src/old.ts': 'x' }, disk: { 'src/old.ts': 'x' }, fresh: { [path]: 'x' } })
    assert.deepEqual(steps, [{ kind: 'move', path, from, writes: { [path]: 'x' }, removes: [from] }])
  })

  it('stays deleted', () => {
    assert.deepEqual(stepsOf({ disk: { 'src/a.ts': 'a' } }), [{ kind: 'deleted', path, writes: {}, removes: [] }])
  })

  it('is merged where its owner has moved it already', () => {
    const ours = N.replace('y = 2', 'y = 1').replace('x = 1', 'x = mine')
    const merged = N.replace('x = 1', 'x = mine')
    assert.deepEqual(stepsOf({ disk: { [path]: ours, 'src/a.ts': 'a' } }), [
      { kind: 'merge', path, writes: { [path]: merged }, removes: [] },
    ])
  })

  it('leaves alone what its owner has in its new place, and stays where it is for what imports it', () => {
    const importer = { 'src/mine.ts': `import { x } from './old.ts'` }
    for (const old of [B, B.replace('x = 1', 'x = mine')]) {
      assert.deepEqual(stepsOf({ disk: { 'src/old.ts': old, [path]: 'mine', 'src/a.ts': 'a', ...importer } }), [
        { kind: 'beside', path, writes: { [`${path}.new`]: N }, removes: [] },
        { kind: 'keep', path: from, writes: {}, removes: [] },
      ])
    }
  })

  it('leaves its old place where its owner has just this version’s in its new one, and imports follow', () => {
    const disk = { 'src/old.ts': B, [path]: N, 'src/a.ts': 'a', 'src/mine.ts': `import { x } from './old.ts'` }
    const [step, ...followed] = stepsOf({ disk })
    assert.deepEqual(step, { kind: 'replace', path, from, writes: { [path]: N }, removes: [from] })
    assert.deepEqual(followed[0]!.writes, { 'src/mine.ts': `import { x } from './core/new.ts'` })
  })

  it('takes the place of one that is dropped, if nobody has edited that', () => {
    const disk = { 'src/old.ts': B, [path]: 'dropped', 'src/a.ts': 'a' }
    const steps = stepsOf({ base: { ...base, [path]: 'dropped' }, disk, drops: [path] })
    assert.deepEqual(steps, [{ kind: 'replace', path, from, writes: { [path]: N }, removes: [from] }])
  })

  it('takes the place of one that moves on, also of one that says the same', () => {
    const same = { a: 'x', b: 'x' }
    const steps = stepsOf({ base: same, disk: same, fresh: { b: 'x', c: 'x' }, moves: { a: 'b', b: 'c' } })
    assert.deepEqual(steps, [
      { kind: 'move', path: 'b', from: 'a', writes: { b: 'x' }, removes: ['a'] },
      { kind: 'move', path: 'c', from: 'b', writes: { c: 'x' }, removes: ['b'] },
    ])
  })

  it('makes room for another of its old name', () => {
    const disk = { 'src/old.ts': B, 'src/a.ts': 'a' }
    const steps = stepsOf({ disk, fresh: { ...fresh, [from]: 'another' } })
    assert.deepEqual(steps, [
      { kind: 'replace', path, from, writes: { [path]: N }, removes: [from] },
      { kind: 'add', path: from, writes: { [from]: 'another' }, removes: [] },
    ])
  })

  it('has only been moved, where an interrupted run has written another of its old name', () => {
    const disk = { 'src/old.ts': 'another', [path]: N, 'src/a.ts': 'a' }
    assert.deepEqual(stepsOf({ disk, fresh: { ...fresh, [from]: 'another' } }), [])
  })

  it('is removed where this version no longer has its new place either', () => {
    const steps = stepsOf({ disk: { 'src/old.ts': B, 'src/a.ts': 'a' }, fresh: { 'src/a.ts': 'a' } })
    assert.deepEqual(steps, [{ kind: 'remove', path: from, writes: {}, removes: [from] }])
  })

  it('keeps its line ends', () => {
    const [step] = stepsOf({ disk: { 'src/old.ts': B.replaceAll('\n', '\r\n'), 'src/a.ts': 'a' } })
    assert.equal(step!.writes[path], N.replaceAll('\n', '\r\n'))
  })
})

describe('imports of what moves', () => {
  const importer = `import { x } from '../old.ts'\r\n`
  const disk = { 'src/old.ts': B, 'src/a.ts': 'a', 'src/searchers/mine.ts': importer, 'README.md': importer }

  it('follow in the owner’s own code, with its line ends', () => {
    assert.deepEqual(stepsOf({ disk }).slice(1), [
      {
        kind: 'follow',
        path: 'src/searchers/mine.ts',
        writes: { 'src/searchers/mine.ts': `import { x } from '../core/new.ts'\r\n` },
        removes: [],
      },
    ])
  })

  it('follow in a file of ours that its owner has edited', () => {
    const edited = { ...disk, 'src/a.ts': `import './old.ts'\n`, 'src/searchers/mine.ts': '' }
    const writes = { 'src/a.ts': `import './core/new.ts'\n` }
    assert.deepEqual(stepsOf({ disk: edited }).slice(1), [{ kind: 'follow', path: 'src/a.ts', writes, removes: [] }])
  })

  it('follow in a file that is no longer ours', () => {
    const gone = { ...base, 'src/gone.ts': 'gone' }
    const steps = stepsOf({
      base: gone,
      disk: { ...disk, 'src/gone.ts': `import './old.ts'`, 'src/searchers/mine.ts': '' },
    })
    const writes = { 'src/gone.ts': `import './core/new.ts'` }
    assert.deepEqual(steps.slice(1), [{ kind: 'keep', path: 'src/gone.ts', writes, removes: [] }])
  })

  it('stay where they lead to a file that only has the name of one of ours', () => {
    assert.deepEqual(stepsOf({ base: {}, disk: { ...disk, 'src/a.ts': 'a' }, fresh: { 'src/a.ts': 'a', [path]: N } }), [
      { kind: 'add', path, writes: { [path]: N }, removes: [] },
    ])
  })
})

describe('a service without a record', () => {
  const { base: _none, ...rest } = { base, fresh, moves }
  const plan = (disk: Story['disk'], drops: string[] = []) => planOf({ ...rest, disk, drops })

  it('has a moved file of which nobody knows whether it was edited in its new place, the new one beside it', () => {
    const { steps } = plan({ 'src/old.ts': B })
    assert.deepEqual(
      steps.map(({ kind, path, beside, removes }) => ({ kind, path, beside, removes })),
      [
        { kind: 'beside', path, beside: `${path}.new`, removes: [from] },
        { kind: 'add', path: 'src/a.ts', beside: undefined, removes: [] },
      ],
    )
    assert.equal(steps[0]!.writes[0]!.text, B.replace('./a.ts', '../a.ts'))
  })

  it('has what is no longer emitted named and kept', () => {
    const { steps, recorded } = plan({ 'src/dropped.ts': 'x' }, ['src/dropped.ts'])
    assert.equal(recorded, false)
    assert.deepEqual(
      steps.filter(({ kind }) => kind === 'keep').map(({ path, writes }) => ({ path, writes })),
      [{ path: 'src/dropped.ts', writes: [] }],
    )
  })

  it('ends with 3 while there is something to merge by hand', () => {
    assert.equal(statusOf(plan({ 'src/a.ts': 'mine' })), 3)
  })
})
