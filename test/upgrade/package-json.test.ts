import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mergePackage } from '../../generators/upgrade/package-json.ts'

const json = (value: object, indent: number | string = 2) => `${JSON.stringify(value, null, indent)}\n`
const merge = (base: object, ours: object, fresh: object) => {
  const { text, notes } = mergePackage({ base: json(base), ours: json(ours), fresh: json(fresh) })
  return { merged: JSON.parse(text) as object, notes }
}

describe('a package.json', () => {
  it('is as the one side has it that has changed it', () => {
    const base = {
      version: '0.1.0',
      scripts: { test: 'old', build: 'old' },
      dependencies: { h3: '^2.0.8', pino: '^10.0.0' },
    }
    const ours = { ...base, version: '3.1.4', scripts: { test: 'mine', build: 'old' }, license: 'MIT' }
    const fresh = {
      ...base,
      scripts: { test: 'old', build: 'new', lint: 'new' },
      dependencies: { h3: '^2.1.0', pino: '^10.0.0' },
      engines: { node: '>=22.0.0' },
    }
    assert.deepEqual(merge(base, ours, fresh), {
      merged: {
        version: '3.1.4',
        scripts: { test: 'mine', build: 'new', lint: 'new' },
        dependencies: { h3: '^2.1.0', pino: '^10.0.0' },
        license: 'MIT',
        engines: { node: '>=22.0.0' },
      },
      notes: [],
    })
  })

  it('has the higher range where both sides have changed it', () => {
    const at = (h3: string) => ({ dependencies: { h3 } })
    const higher = (ours: string, fresh: string) => merge(at('^2.0.8'), at(ours), at(fresh))
    assert.deepEqual(higher('^2.10.0', '^2.9.0'), { merged: at('^2.10.0'), notes: [] })
    assert.deepEqual(higher('^2.1.0', '^3.0.0'), { merged: at('^3.0.0'), notes: [] })
  })

  it('keeps a range of its owner’s that cannot be compared, and names it', () => {
    const at = (h3: string) => ({ dependencies: { h3 } })
    for (const pinned of ['file:../h3', '2.1.0', 'latest']) {
      assert.deepEqual(merge(at('^2.0.8'), at(pinned), at('^2.1.0')), {
        merged: at(pinned),
        notes: [{ field: 'dependencies.h3', ours: pinned, fresh: '^2.1.0' }],
      })
    }
  })

  it('keeps what its owner has written where both sides have changed it, and names it', () => {
    const at = (test: string) => ({ scripts: { test } })
    assert.deepEqual(merge(at('old'), at('mine'), at('new')), {
      merged: at('mine'),
      notes: [{ field: 'scripts.test', ours: 'mine', fresh: 'new' }],
    })
  })

  it('does not take the version for a range', () => {
    const { merged, notes } = merge({ version: '0.1.0' }, { version: '0.1.1' }, { version: '0.2.0' })
    assert.deepEqual(merged, { version: '0.1.1' })
    assert.deepEqual(notes, [{ field: 'version', ours: '0.1.1', fresh: '0.2.0' }])
  })

  it('loses what this version no longer has, unless its owner has changed it', () => {
    const base = { scripts: { gone: 'old', edited: 'old' } }
    assert.deepEqual(merge(base, { scripts: { gone: 'old', edited: 'mine' } }, { scripts: {} }), {
      merged: { scripts: { edited: 'mine' } },
      notes: [{ field: 'scripts.edited', ours: 'mine', fresh: undefined }],
    })
  })

  it('does not get back what its owner has removed, and names it if this version has changed it', () => {
    const base = { scripts: { demo: 'old' }, dependencies: { mongodb: '^7.9.0' } }
    const ours = { scripts: {}, dependencies: {} }
    assert.deepEqual(merge(base, ours, { ...base, scripts: { demo: 'new' } }), {
      merged: ours,
      notes: [{ field: 'scripts.demo', ours: undefined, fresh: 'new' }],
    })
  })

  it('keeps lists whole', () => {
    const at = (...files: string[]) => ({ files })
    assert.deepEqual(merge(at('a'), at('a', 'b'), at('a')), { merged: at('a', 'b'), notes: [] })
    assert.deepEqual(merge(at('a'), at('a', 'b'), at('c')).merged, at('a', 'b'))
  })

  it('keeps everything of its owner’s where there is no record', () => {
    const ours = { scripts: { test: 'mine' }, dependencies: { h3: '^2.0.8', own: '^1.0.0' } }
    const fresh = { scripts: { test: 'new', build: 'new' }, dependencies: { h3: '^2.1.0' } }
    assert.deepEqual(merge({}, ours, fresh), {
      merged: { scripts: { test: 'mine', build: 'new' }, dependencies: { h3: '^2.1.0', own: '^1.0.0' } },
      notes: [{ field: 'scripts.test', ours: 'mine', fresh: 'new' }],
    })
  })

  it('is its owner’s to the letter where nothing comes in', () => {
    const base = json({ name: 'a', scripts: { test: 'old' } })
    const ours = '{ "scripts":  {"test": "mine"},\n\t"name": "a" }'
    assert.deepEqual(mergePackage({ base, ours, fresh: base }), { text: ours, notes: [] })
  })

  it('has the order, the indentation and the end of its owner’s, and new fields where ours has them', () => {
    const base = { name: 'a', scripts: { build: 'b', test: 't' } }
    const ours = JSON.stringify({ scripts: { own: 'o', build: 'b', test: 't' }, name: 'a' }, null, '\t')
    const fresh = { name: 'a', type: 'module', scripts: { build: 'b', lint: 'l', test: 't' } }
    const { text } = mergePackage({ base: json(base), ours, fresh: json(fresh) })
    const merged = { scripts: { own: 'o', build: 'b', lint: 'l', test: 't' }, name: 'a', type: 'module' }
    assert.equal(text, JSON.stringify(merged, null, '\t'))
  })

  it('is refused if it is no JSON', () => {
    for (const ours of ['{ "name": ', '[]', 'null']) {
      assert.throws(() => mergePackage({ base: '{}', ours, fresh: '{}' }), {
        name: 'Refusal',
        message: /^"package\.json" is no JSON: .* Mend it, or take it from git\.$/s,
      })
    }
  })
})
