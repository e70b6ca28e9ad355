import assert from 'node:assert/strict'
import { it } from 'node:test'
import { artifactValues, isArtifactType } from '../../../src/core/protocol/artifact.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'

/** Tests that what SOAR asks about goes from a searcher to its sources, and to its own code if it has some. */
export function describeDispatch(searcher: Searcher): void {
  const { name, artifactTypes, sources = [], search } = searcher
  const dispatch = createDispatch([searcher], { ...loadConfig({}, [searcher]), ttlSecs: undefined })
  const askedAbout = (type: string) => dispatch.lookUpsOf(type).map(({ id }) => id)

  for (const type of artifactTypes) {
    const able = sources.filter(({ types }) => types.includes(type)).map(({ id }) => id)
    const expected = [...able, ...(search ? [name] : [])]

    it(`has ${type} looked up by ${expected.join(', ')}`, () => {
      assert.notDeepEqual(expected, [])
      assert.deepEqual(askedAbout(type), expected)
    })
  }

  it('has no other type looked up', () => {
    const others = Object.keys(artifactValues).filter((type) => isArtifactType(type) && !artifactTypes.includes(type))
    assert.deepEqual(others.flatMap(askedAbout), [])
  })
}
