import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { editDistance, nearest } from '../../../src/core/settings/unknown.ts'

describe('the nearest name', () => {
  it('is counted in letters added, left out, changed or swapped', () => {
    assert.equal(editDistance('url', 'url'), 0)
    assert.equal(editDistance('', 'url'), 3)
    assert.equal(editDistance('net.url', 'net.uri'), 1)
    assert.equal(editDistance('ulrhaus', 'urlhaus'), 1)
    assert.equal(editDistance('kitten', 'sitting'), 3)
  })

  it('is found whatever the case', () => {
    assert.equal(nearest('URLHaus', ['blank', 'urlhaus']), 'urlhaus')
  })

  it('is none where every name is too far away', () => {
    assert.equal(nearest('zzz', ['url', 'ip']), undefined)
    assert.equal(nearest('url', []), undefined)
  })
})
