import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canonicalJson, isSearchId, searchIdOf } from '../../../src/core/protocol/artifact.ts'

const key = Buffer.alloc(32, 1)

describe('a search id', () => {
  it('is the same for equal artifacts, whatever the order of keys', () => {
    const one = searchIdOf({ type: 'x', value: { a: [{ c: 1, d: 2 }], b: null } }, key)
    assert.equal(searchIdOf({ value: { b: null, a: [{ d: 2, c: 1 }] }, type: 'x' }, key), one)
    assert.ok(isSearchId(one))
  })

  it('differs with type, value, order in a list, and key', () => {
    const artifacts = [
      { type: 'x', value: ['a', 'b'] },
      { type: 'y', value: ['a', 'b'] },
      { type: 'x', value: ['b', 'a'] },
      { type: 'x', value: '["a","b"]' },
    ]
    const ids = artifacts.map((artifact) => searchIdOf(artifact, key))
    ids.push(searchIdOf(artifacts[0]!, Buffer.alloc(32, 2)))
    assert.equal(new Set(ids).size, ids.length)
  })

  it('is that of the content for a file, not of its name', () => {
    const idOf = (value: string, sha256: string) => searchIdOf({ type: 'file.content', value }, key, sha256)
    assert.equal(idOf('a', 'ff'), idOf('b', 'ff'))
    assert.notEqual(idOf('a', 'ff'), idOf('a', '00'))
    assert.notEqual(idOf('a', 'ff'), searchIdOf({ type: 'file.content', value: 'ff' }, key))
  })

  it('stays the same from version to version: results are stored by it', () => {
    assert.equal(
      searchIdOf({ type: 'net.name', value: 'evil.example' }, key),
      'MvgqrhExTgzgwkvI1-BxOcML63_eHKjTcCmWKIs9AQU',
    )
    assert.equal(searchIdOf({ type: 'net.port', value: 443 }, key), 'FkREqSqzyT5Un0vVW1rk7KAUtb8lFm9atFCcrXzNygQ')
    assert.equal(
      searchIdOf({ type: 'file.content', value: 'a' }, key, 'ff'),
      'J8TmjXjty7hqh4otAE5Fgwz1ZOwlWiL8IVP7215mLok',
    )
  })

  it('keeps keys and signs apart that look alike', () => {
    const value = JSON.parse('{"__proto__":1,"constructor":2}')
    assert.equal(canonicalJson(value), '{"__proto__":1,"constructor":2}')
    assert.notEqual(canonicalJson('\ud800'), canonicalJson('\ufffd'))
  })

  for (const text of [
    '',
    'A'.repeat(42),
    'A'.repeat(44),
    `${'A'.repeat(42)}=`,
    `${'A'.repeat(42)}/`,
    `${'A'.repeat(43)}\n`,
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(isSearchId(text), false))
  }
})
