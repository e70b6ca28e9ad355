import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { higherRange, compareVersions, isLater, isVersion } from '../../generators/upgrade/versions.ts'

describe('versions', () => {
  it('come in the order of Semantic Versioning', () => {
    const ascending = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.2.0',
      '1.10.0',
      '2.0.0',
    ]
    assert.deepEqual(ascending.toReversed().toSorted(compareVersions), ascending)
  })

  it('are equal whatever build they name', () => {
    assert.equal(compareVersions('1.0.0+a', '1.0.0+b'), 0)
    assert.equal(isLater('1.0.0', '1.0.0'), false)
  })

  it('are told from other texts', () => {
    assert.deepEqual(['0.1.0', '1.0.0-rc.1', '1.0', 'latest', ''].map(isVersion), [true, true, false, false, false])
    assert.throws(() => compareVersions('1.0', '1.0.0'), { message: '"1.0" is no version such as 1.2.3.' })
  })
})

describe('the higher of two ranges', () => {
  it('begins later, whatever its operator', () => {
    assert.equal(higherRange('^2.0.8', '^2.10.0'), '^2.10.0')
    assert.equal(higherRange('~3.0.0', '^2.10.0'), '~3.0.0')
    assert.equal(higherRange('>=20.19.0', '>=22.0.0'), '>=22.0.0')
    assert.equal(higherRange('^2.0.1-rc.22', '2.0.1'), '2.0.1')
  })

  it('is not known of those that begin alike or have no beginning', () => {
    for (const range of ['2.0.8', '*', 'latest', 'file:../h3', '1.0.0 || 3.0.0', '^3'])
      assert.equal(higherRange('^2.0.8', range), undefined, range)
  })
})
