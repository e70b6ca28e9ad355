import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { mergePackage } from '../../generators/upgrade/package-json.ts'

const json = (value: object, indent: number | string = 2) => `${JSON.stringify(value, null, indent)}\n`
const merge = (base: object, ours: object, fresh: object) => {
  const { text, notes } = mergePackage({ base: json(base), ours: json(ours), fresh: json(fresh) })
  return { merged: JSON.parse(text) as object, notes }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null

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

  it('has the higher range where both sides have changed it, and names one of its owner’s that is replaced', () => {
    const at = (h3: string) => ({ dependencies: { h3 } })
    const higher = (ours: string, fresh: string) => merge(at('^2.0.8'), at(ours), at(fresh))
    assert.deepEqual(higher('^2.10.0', '^2.9.0'), { merged: at('^2.10.0'), notes: [] })
    assert.deepEqual(higher('^2.1.0', '^3.0.0'), {
      merged: at('^3.0.0'),
      notes: [{ field: 'dependencies.h3', ours: '^2.1.0', fresh: '^3.0.0', taken: true }],
    })
  })

  it('changes nothing but the fields that change', () => {
    const merged = (ours: string, base: object, fresh: object) =>
      mergePackage({ base: json(base), ours, fresh: json(fresh) }).text
    const base = { a: 1, files: ['x', 'y'], scripts: { test: 't' } }
    const fresh = { ...base, a: 2, scripts: { test: 't', lint: 'l' }, last: [1] }
    assert.equal(
      merged(
        '\uFEFF{\n    "big": 12345678901234567890, "one": 1.0,\n    "a": 1,\n    "files": ["x",   "y"],\n\n    "scripts": {"test":"t"}\n}\n\n',
        base,
        fresh,
      ),
      '\uFEFF{\n    "big": 12345678901234567890, "one": 1.0,\n    "a": 2,\n    "files": ["x",   "y"],\n\n    "scripts": {"test":"t", "lint":"l"},\n    "last": [\n        1\n    ]\n}\n\n',
    )
    assert.equal(
      merged('{"a":1,"own":{},"scripts":{},"files":["x"]}', base, { ...fresh, own: { b: 1 } }),
      '{"a":2,"own":{ "b": 1 },"scripts":{ "lint": "l" },"last":[1],"files":["x"]}',
    )
  })

  it('loses a field without a trace of it, wherever that is', () => {
    const without = (gone: string) => {
      const base = { a: 1, b: 2, c: 3 } as Record<string, number>
      const { [gone]: _gone, ...fresh } = base
      return mergePackage({ base: json(base), ours: '{ "a": 1, "b": 2, "c": 3 }', fresh: json(fresh) }).text
    }
    assert.deepEqual(['a', 'b', 'c'].map(without), ['{ "b": 2, "c": 3 }', '{ "a": 1, "c": 3 }', '{ "a": 1, "b": 2 }'])
    assert.equal(mergePackage({ base: '{"a":1}', ours: '{\n  "a": 1\n}\n', fresh: '{}' }).text, '{}\n')
  })

  it('keeps a list in one line that its owner has in one', () => {
    const at = (...files: string[]) => json({ files })
    const { text } = mergePackage({ base: at('a'), ours: '{\n  "files": [ "a" ]\n}\n', fresh: at('a', 'b') })
    assert.equal(text, '{\n  "files": ["a", "b"]\n}\n')
  })

  it('is in any order and form of its owner’s what it was by its fields', () => {
    // as JSON has them: without -0
    const value = fc.jsonValue({ maxDepth: 2 }).map((one) => JSON.parse(JSON.stringify(one)) as typeof one)
    const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', '"', '\\'), value, { maxKeys: 5 })
    const indent = fc.constantFrom(undefined, 2, '\t')
    const property = fc.property(object, object, object, indent, (base, ours, fresh, space) => {
      const { text } = mergePackage({ base: json(base), ours: JSON.stringify(ours, null, space), fresh: json(fresh) })
      const again = mergePackage({ base: json(fresh), ours: text, fresh: json(fresh) })
      assert.equal(again.text, text)
      for (const key of Object.keys(fresh)) {
        if (JSON.stringify(base[key]) === JSON.stringify(ours[key]) && !isObject(ours[key])) {
          assert.deepEqual((JSON.parse(text) as Record<string, unknown>)[key], fresh[key])
        }
      }
    })
    fc.assert(property, { numRuns: 300 })
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
