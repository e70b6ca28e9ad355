import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConcurrencyLimits } from '../../../src/core/search/starts.ts'

describe('the concurrency limits', () => {
  const createLimits = () => new ConcurrencyLimits((id) => ({ moon: 2, sun: 1 })[id] ?? 5)

  it('give as many places as a source has, and more as these are given back', () => {
    const limits = createLimits()
    assert.equal(limits.free(['moon']), 2)
    assert.deepEqual([limits.take(['moon']), limits.take(['moon']), limits.take(['moon'])], [true, true, false])
    assert.equal(limits.free(['moon']), 0)
    limits.giveBack(['moon'])
    assert.deepEqual([limits.free(['moon']), limits.take(['moon'])], [1, true])
  })

  it('give places of several sources together, or none', () => {
    const limits = createLimits()
    assert.equal(limits.free(['moon', 'sun']), 1)
    assert.deepEqual([limits.take(['moon', 'sun']), limits.take(['moon', 'sun'])], [true, false])
    assert.deepEqual([limits.free(['moon']), limits.free(['sun']), limits.free(['other'])], [1, 0, 5])
    limits.giveBack(['moon', 'sun'])
    assert.deepEqual([limits.free(['moon']), limits.free(['sun'])], [2, 1])
  })
})
