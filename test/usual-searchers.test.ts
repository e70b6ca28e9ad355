import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkArtifactType } from '../generators/app/templates/scripts/soar/artifact-type.ts'
import { artifactTypes } from '../generators/artifact-types.ts'
import { usualSearchers } from '../generators/usual-searchers.ts'

it('npm run soar knows what every usual searcher looks up', () => {
  for (const { name, types } of usualSearchers.filter((usual) => !artifactTypes.some((type) => type === usual.name))) {
    const message = `No artifact type is called "${name}": did you mean ${types.join(', ')}? With --any-type it is sent as it is.`
    assert.throws(() => checkArtifactType(name), { message })
  }
})
