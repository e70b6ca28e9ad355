import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
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

  it('says which searchers there are, and has their settings in .env.example', async () => {
    const [listed, added] = await says()
    assert.equal(listed, 'src/searchers/index.ts lists 4 searcher(s): cve, domain, email, url')
    assert.match(added!, /^\.env\.example now has NVD_API_URL, NVD_API_KEY, NVD_RATE_LIMIT, .+ too$/)
    assert.deepEqual(await says(), [listed])
  })

  it("adds a searcher's own setting to .env.example, as a comment", async () => {
    const code = await readFile(join(folder, 'src/searchers/email.ts'), 'utf8')
    const own = `  settings: { EMAIL_MIN_SCORE: setting(wholeNumber(0, 100), { default: '25', description: 'the lowest score' }) },`
    const withOwn = code
      .replace(
        'import { defineSearcher }',
        "import { setting, wholeNumber } from '../setting.ts'\nimport { defineSearcher }",
      )
      .replace('  ttlSecs: 3600,', `${own}\n  ttlSecs: 3600,`)
    await writeFile(join(folder, 'src/searchers/email.ts'), withOwn)
    const before = await readFile(join(folder, '.env.example'), 'utf8')
    assert.equal((await says())[1], '.env.example now has EMAIL_MIN_SCORE too')
    const example = await readFile(join(folder, '.env.example'), 'utf8')
    assert.equal(example, `${before}\n# the lowest score\n# EMAIL_MIN_SCORE=25\n`)
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
