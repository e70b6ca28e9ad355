import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import { artifactTypes, isInternal } from '../../generators/artifact-types.ts'
import { generatorFolder } from '../../generators/package-root.ts'

for (const page of ['README.md', 'SECURITY.md']) {
  it(`the service's ${page} names the types that public sources may see`, async () => {
    const text = await readFile(join(generatorFolder('app'), 'templates', page), 'utf8')
    const [, list = ''] = /values of any type but (.+? and `threat\.\*`)/.exec(text) ?? []
    const named = list
      .replace(' hashes,', ' `hash.*`,')
      .split(/, | and /)
      .map((name) => new RegExp(`^${name.replaceAll('`', '').replaceAll('.', '\\.').replace('*', '.*')}$`))
    const outer = artifactTypes.filter((type) => named.some((pattern) => pattern.test(type)))
    assert.deepEqual(
      outer,
      artifactTypes.filter((type) => !isInternal(type)),
    )
    assert.ok(text.includes('the text of mails and their recipients stay in; senders do not. A URL goes with its path'))
  })
}
