import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { layoutChanges } from '../../generators/upgrade/layout-changes.ts'
import { type LayoutChange, layoutSince, unaccounted } from '../../generators/upgrade/layout.ts'
import { compareVersions } from '../../generators/upgrade/versions.ts'
import { type EmittedPaths, LIST, emittedPaths } from './emitted-paths.ts'

const changes: LayoutChange[] = [
  { version: '0.2.0', moves: { 'a.ts': 'b.ts', 'x.ts': 'y.ts' }, drops: ['old.ts'] },
  { version: '0.3.0', moves: { 'b.ts': 'c.ts', 'a.ts': 'd.ts' }, drops: ['y.ts'] },
]

describe('the layout', () => {
  it('leads a path over several versions', () => {
    const { placeOf } = layoutSince(changes, '0.1.0')
    assert.deepEqual(['a.ts', 'x.ts', 'old.ts', 'other.ts'].map(placeOf), ['c.ts', undefined, undefined, 'other.ts'])
  })

  it('takes a path that is used anew for what it is in the version of the record', () => {
    assert.equal(layoutSince(changes, '0.2.0').placeOf('a.ts'), 'd.ts')
    assert.equal(layoutSince(changes, '0.3.0').placeOf('a.ts'), 'a.ts')
  })

  it('counts every change where the version is not known', () => {
    const layout = layoutSince(changes, undefined)
    assert.deepEqual(layout.left, ['a.ts', 'x.ts', 'old.ts', 'b.ts', 'y.ts'])
    assert.equal(layout.placeOf('a.ts'), 'c.ts')
  })

  it('names the paths of which no change says what became of them', () => {
    const emitted = ['a.ts', 'old.ts', 'same.ts', 'forgotten.ts']
    assert.deepEqual(unaccounted(emitted, ['c.ts', 'same.ts'], layoutSince(changes, '0.1.0')), ['forgotten.ts'])
    assert.deepEqual(unaccounted(['a.ts'], ['a.ts'], layoutSince(changes, '0.1.0')), ['a.ts'])
  })

  it('has an entry for every path of the last version that is gone (`npm run emitted-paths`, with each release)', () => {
    const last = JSON.parse(readFileSync(LIST, 'utf8')) as EmittedPaths
    const { paths } = emittedPaths()
    assert.deepEqual(unaccounted(last.paths, paths, layoutSince(layoutChanges, last.version)), [])
  })

  it('lists its changes in the order of their versions, and no path both moved and dropped', () => {
    const versions = layoutChanges.map(({ version }) => version)
    assert.deepEqual(versions, versions.toSorted(compareVersions))
    for (const { moves, drops } of layoutChanges)
      assert.deepEqual(
        drops.filter((path) => Object.hasOwn(moves, path)),
        [],
      )
  })
})
