import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { followMoves } from '../../generators/upgrade/imports.ts'

const moves = new Map([
  ['src/search/searcher.ts', 'src/core/search/searcher.ts'],
  ['src/config.ts', 'src/core/settings/settings.ts'],
])
const follow = (text: string, path = 'src/searchers/mine.ts', to?: string) =>
  followMoves({ text, path, moves, ...(to === undefined ? {} : { to }) })

describe('relative imports', () => {
  for (const [before, after] of [
    [`import { a } from '../search/searcher.ts'`, `import { a } from '../core/search/searcher.ts'`],
    [`import type { A } from "../search/searcher.ts"`, `import type { A } from "../core/search/searcher.ts"`],
    [`export * from '../search/searcher.ts'`, `export * from '../core/search/searcher.ts'`],
    [`import '../config.ts'`, `import '../core/settings/settings.ts'`],
    [`await import('../config.ts')`, `await import('../core/settings/settings.ts')`],
    [`await import(\n  '../config.ts'\n)`, `await import(\n  '../core/settings/settings.ts'\n)`],
    [`type T = typeof import('../config.ts')`, `type T = typeof import('../core/settings/settings.ts')`],
    [`import {\n  a,\n  b,\n} from '../config.ts'`, `import {\n  a,\n  b,\n} from '../core/settings/settings.ts'`],
    [`import { a } from '../config.js'`, `import { a } from '../core/settings/settings.js'`],
    [`import { a } from '../config'`, `import { a } from '../core/settings/settings'`],
    [`new URL('../config.ts', import.meta.url)`, `new URL('../core/settings/settings.ts', import.meta.url)`],
  ] as const)
    it(`follow what has moved: ${before.replaceAll('\n', ' ')}`, () => assert.equal(follow(before), after))

  for (const text of [
    `import { b } from './other.ts'`,
    `import { h3 } from 'h3'`,
    `import { c } from '../config.json'`,
    `import { a } from '../../src-two/config.ts'`,
    `new URL('../config.ts', base)`,
    `const importer = '../config.ts'`,
  ])
    it(`stay as they are: ${text}`, () => assert.equal(follow(text), text))

  it('of a file that moves lead where they led', () => {
    const text = [
      `import { a } from './a.ts'`,
      `import { c } from '../config.ts'`,
      `import { s } from '../search/searcher.ts'`,
      `new URL('../../', import.meta.url)`,
      `new URL('../../.env', import.meta.url)`,
      `new URL('../../', base)`,
      `import { h3 } from 'h3'`,
    ]
    assert.deepEqual(follow(text.join('\n'), 'src/http/app.ts', 'src/core/http/app.ts').split('\n'), [
      `import { a } from '../../http/a.ts'`,
      `import { c } from '../settings/settings.ts'`,
      `import { s } from '../search/searcher.ts'`,
      `new URL('../../../', import.meta.url)`,
      `new URL('../../../.env', import.meta.url)`,
      `new URL('../../', base)`,
      `import { h3 } from 'h3'`,
    ])
  })

  it('of a file that is renamed in its folder stay as they are', () => {
    const text = `import './a.ts'\nimport '././b.ts'`
    assert.equal(follow(text, 'src/x.ts', 'src/y.ts'), text)
  })

  it('of what is no code stay as they are', () => {
    const text = `import { c } from '../config.ts'`
    assert.equal(follow(text, 'docs/README.md', 'README.md'), text)
  })

  it('that have followed stay as they are', () => {
    const once = follow(`import '../config.ts'`)
    assert.equal(follow(once), once)
  })
})
