import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { planSearcher } from '../generators/searcher/plan.ts'
import { runCommand } from './run-command.ts'
import { writeService } from './write-service.ts'

describe('npm run searchers', () => {
  let folder: string
  const path = (file: string) => join(folder, file)
  const read = (file: string) => readFile(path(file), 'utf8')
  const remove = (file: string) => rm(path(file))
  const says = async () => (await runCommand(folder, 'npm', 'run', '--silent', 'searchers')).trimEnd().split('\n')
  const edit = async (file: string, from: string, to: string) => {
    const text = await read(file)
    assert.ok(text.includes(from), `${file} has no ${from}`)
    await writeFile(path(file), text.replace(from, to))
  }

  before(async () => {
    folder = await writeService(['cve', 'domain', 'email', 'url'].map((name) => planSearcher({ name })))
  })

  it('says which searchers there are, and has the settings of their sources in .env.example', async () => {
    const [listed, added] = await says()
    assert.equal(listed, 'src/searchers/index.ts lists 4 searcher(s): cve, domain, email, url')
    assert.match(added!, /^\.env\.example now has NVD_API_KEY, NVD_API_URL, NVD_RATE_LIMIT, .*EPSS_API_URL, .+ too$/)
    assert.match(await read('.env.example'), /^URLHAUS_API_KEY=$/m)
    assert.deepEqual(await says(), [listed])
  })

  it("adds a searcher's own setting to .env.example, as a comment", async () => {
    const code = await read('src/searchers/url.ts')
    await edit('src/searchers/url.ts', '{ defineSearcher }', '{ defineSearcher, setting, wholeNumber }')
    await edit(
      'src/searchers/url.ts',
      '  sources: [urlhaus],\n',
      `  sources: [urlhaus],
  settings: { URL_MIN_SCORE: setting(wholeNumber(0, 100), { default: '25', description: 'the lowest score' }) },
  search: async () => [],
`,
    )
    const before = await read('.env.example')
    assert.equal((await says())[1], '.env.example now has URL_MIN_SCORE too')
    assert.equal(await read('.env.example'), `${before}\n# the lowest score\n# URL_MIN_SCORE=25\n`)
    await writeFile(path('src/searchers/url.ts'), code)
  })

  it('names the searchers that an index kept by hand does not list, and no source that they import', async () => {
    const index = await read('src/searchers/index.ts')
    await writeFile(
      path('src/searchers/index.ts'),
      "import { searcher as url } from './url.ts'\n\nexport const searchers = [url]\n",
    )
    assert.deepEqual(await says(), [
      'src/searchers/index.ts is kept by hand, and does not list cve, domain, email. These lines do:',
      "import { searcher as searcher_cve } from './cve.ts'",
      '  searcher_cve,',
      "import { searcher as searcher_domain } from './domain.ts'",
      '  searcher_domain,',
      "import { searcher as searcher_email } from './email.ts'",
      '  searcher_email,',
    ])
    await writeFile(path('src/searchers/index.ts'), index.replace(/^.*\n/, ''))
    assert.deepEqual(await says(), ['src/searchers/index.ts is kept by hand, and lists every searcher'])
    await writeFile(path('src/searchers/index.ts'), index)
  })

  it('names sources that no searcher asks, but none that another source asks', async () => {
    await edit('src/searchers/email.ts', "import { emailSource } from '../sources/email.ts'\n", '')
    await edit('src/searchers/email.ts', 'sources: [emailSource]', 'search: async () => []')
    assert.deepEqual((await says()).slice(1), [
      'No searcher asks email. Name them in one, or delete src/sources/email.ts',
    ])
  })

  it('names what is left of searchers and sources that are gone, but nothing that another needs', async () => {
    for (const name of ['cve', 'email', 'url']) await remove(`src/searchers/${name}.ts`)
    for (const name of ['email', 'epss', 'nvd']) await remove(`src/sources/${name}.ts`)
    await remove('test/sources/email.test.ts')
    assert.deepEqual(await says(), [
      'src/searchers/index.ts lists 1 searcher(s): domain',
      'Left of searchers and sources that are gone; delete these too: test/searchers/cve.test.ts, test/searchers/email.test.ts, test/searchers/url.test.ts, test/sources/nvd.test.ts, test/mocks/email.ts, test/mocks/epss.ts, test/mocks/nvd.ts',
    ])
  })

  it('leaves a service that passes its tests once they are deleted', async () => {
    const [, left] = await says()
    for (const file of left!.split(': ')[1]!.split(', ')) await remove(file)
    assert.deepEqual(await says(), ['src/searchers/index.ts lists 1 searcher(s): domain'])
    await runCommand(folder, 'npm', 'run', '--silent', 'typecheck')
    await runCommand(folder, 'npm', 'test', '--silent', '--', 'searchers/', 'sources/')
  })
})
