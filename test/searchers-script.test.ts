import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { planSearcher } from '../generators/searcher/plan.ts'
import { runCommand } from './run-command.ts'
import { writeService } from './write-service.ts'

describe('npm run searchers', () => {
  let folder: string
  const remove = (path: string) => rm(join(folder, path))
  const says = async () => (await runCommand(folder, 'npm', 'run', '--silent', 'searchers')).trimEnd().split('\n')

  before(async () => {
    const names = ['cve', 'domain', 'email', 'url']
    folder = await writeService(names.map((name) => planSearcher({ name })))
  })

  it('says which searchers there are', async () => {
    assert.deepEqual(await says(), ['src/searchers/index.ts lists 4 searcher(s): cve, domain, email, url'])
  })

  it('names what is left of searchers that are gone, but no mock that another searcher needs', async () => {
    for (const name of ['cve', 'email', 'url']) await remove(`src/searchers/${name}.ts`)
    await remove('test/searchers/email.test.ts')
    assert.deepEqual(await says(), [
      'src/searchers/index.ts lists 1 searcher(s): domain',
      'Left of searchers that are gone; delete these too: test/searchers/cve.test.ts, test/searchers/url.test.ts, test/mocks/email.ts, test/mocks/nvd.ts',
    ])
  })

  it('leaves a service that passes its tests once they are deleted', async () => {
    const left = ['searchers/cve.test.ts', 'searchers/url.test.ts', 'mocks/email.ts', 'mocks/nvd.ts']
    for (const path of left) await remove(`test/${path}`)
    assert.deepEqual(await says(), ['src/searchers/index.ts lists 1 searcher(s): domain'])
    await runCommand(folder, 'npm', 'run', '--silent', 'typecheck')
    await runCommand(folder, 'npm', 'test', '--silent', '--', 'searchers/')
  })
})
