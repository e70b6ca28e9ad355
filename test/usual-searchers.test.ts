import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkArtifactType } from '../generators/app/templates/scripts/soar/artifact-type.ts'
import { artifactTypes } from '../generators/artifact-types.ts'
import { findUsualSearcher, sourcesAmong, usualSearchers } from '../generators/usual-searchers.ts'

it('npm run soar knows what every usual searcher looks up that is named after a kind of artifact', () => {
  const named = usualSearchers.filter(({ name }) => name !== 'lists' && !artifactTypes.some((type) => type === name))
  for (const { name, types } of named) {
    const message = `No artifact type is called "${name}": did you mean ${types.join(', ')}? With --any-type it is sent as it is.`
    assert.throws(() => checkArtifactType(name), { message })
  }
})

it('a source that a searcher is for is asked by that one alone, which asks no other', () => {
  const among = (name: string, names: string[]) =>
    sourcesAmong(['lists', 'urlhaus', 'nvd'], findUsualSearcher(name)!, names)
  assert.deepEqual(among('url', ['url', 'lists']), ['urlhaus'])
  assert.deepEqual(among('lists', ['url', 'lists']), ['lists'])
  assert.deepEqual(among('url', ['url']), ['lists', 'urlhaus'])
})
