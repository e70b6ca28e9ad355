import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { remedy } from '../generators/nearest.ts'

describe('a remedy', () => {
  it('suggests the nearest name, and otherwise names all', () => {
    assert.equal(remedy('urll', ['url', 'ip']), 'Did you mean "url"?')
    assert.equal(remedy('zzz', ['url', 'ip']), 'Known: url, ip.')
  })
})
