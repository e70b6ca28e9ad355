import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { INDEX_HEADER, renderIndex, moduleNames } from '../generators/app/templates/scripts/render-index.ts'

describe('the index of searchers', () => {
  it('lists the TypeScript files of the folder but itself', () => {
    assert.deepEqual(moduleNames(['url.ts', 'index.ts', 'README.md', 'types.d.ts', 'class.ts']), ['class', 'url'])
  })

  it('begins with the line that makes it ours', () => {
    assert.equal(renderIndex(['url']).split('\n')[0], INDEX_HEADER)
  })

  it('imports any name as an identifier of its own', () => {
    const names = ['2fa', 'URL', 'a-b', 'a_b', 'class', 'url']
    const imports = [...renderIndex(names).matchAll(/^import \{ searcher as (\S+) \} from '\.\/(.+)\.ts'$/gm)]
    assert.deepEqual(
      imports.map(([, , name]) => name),
      names,
    )
    const identifiers = imports.map(([, identifier]) => identifier!)
    assert.equal(new Set(identifiers.map((identifier) => identifier.toString())).size, names.length)
    for (const identifier of identifiers) assert.match(identifier, /^[A-Za-z_$][\w$]*$/)
  })
})
