import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { createEnv } from 'yeoman-environment'
import { packageRoot } from '../../generators/package-root.ts'
import { temporaryFolder } from '../temporary-folder.ts'

describe('Yeoman', () => {
  let modules: string

  before(async () => {
    modules = join(await temporaryFolder(), 'node_modules')
    await mkdir(modules)
    await symlink(packageRoot, join(modules, 'generator-resilient-cts'))
  })

  it('finds the two generators in a linked clone, each by its one file', async () => {
    const found = await createEnv({ cwd: modules }).lookup({ npmPaths: [modules] })
    assert.deepEqual(
      found.map(({ namespace, resolved }) => `${namespace} ${resolved}`).toSorted(),
      ['app', 'searcher'].map((name) => `resilient-cts:${name} ${join(packageRoot, 'generators', name, 'index.js')}`),
    )
  })
})
