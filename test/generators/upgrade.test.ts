import assert from 'node:assert/strict'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'node:test'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'
import { APP_NAMESPACE } from '../../generators/app/generator.ts'
import { folderContent } from '../folder-content.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ENTER, type Turn, runAtTerminal } from './fake-terminal.ts'
import { runApp } from './yeoman.ts'

/** The files of a searcher that began as a skeleton. */
const FILLED_IN = ['src/searchers/email.ts', 'test/mocks/email.ts', 'test/searchers/email.test.ts']

describe('a service of an older generator, in which its owner has worked', () => {
  let service: string
  let newest: Record<string, string>
  let before: Record<string, string>
  const path = (file: string) => join(service, file)
  const edit = async (file: string, change: (text: string) => string) =>
    writeFile(path(file), change(await readFile(path(file), 'utf8')))
  const changed = async () => {
    const now = await folderContent(service)
    return Object.keys({ ...before, ...now }).filter((file) => now[file] !== before[file])
  }

  beforeEach(async () => {
    const cwd = await temporaryFolder()
    service = join(cwd, 'my-cts')
    await runApp({ cwd, args: ['my-cts'], options: { yes: true, searchers: 'url,ip,email' } })
    newest = await folderContent(service)
    await growOlder()
    await work()
    before = await folderContent(service)
  })

  /** As an older version would have made it: fewer files, other text, fewer settings. */
  async function growOlder(): Promise<void> {
    await rm(path('src/pause.ts'))
    await edit('src/main.ts', (text) => `// an older text\n${text}`)
    await edit('package.json', (text) => text.replace(/"h3": ".+"/, '"h3": "^2.0.0"').replace(/,\n {4}"soar": .+/, ''))
    await edit('.env.example', (text) =>
      text.replace(/\n.+\nLOG_LEVEL=info\n/, '').replace(/.+\n# ABUSEIPDB_MIN_SCORE=25\n/, ''),
    )
  }

  /** What an owner does: a searcher by hand, a skeleton filled in, one of ours adapted, settings, packages, own files. */
  async function work(): Promise<void> {
    for (const file of FILLED_IN) await appendFile(path(file), '// filled in\n')
    await writeFile(path('src/searchers/own.ts'), newest['src/searchers/url.ts']!.replace("name: 'url'", "name: 'own'"))
    await edit('src/searchers/url.ts', (text) => text.replace('ttlSecs: 3600', 'ttlSecs: 60'))
    await edit('.env', (text) => text.replace('URLHAUS_API_KEY=', 'URLHAUS_API_KEY=secret'))
    await edit('package.json', (text) =>
      text
        .replace('"version": "0.1.0"', '"version": "3.1.4"')
        .replace('"mongodb":', '"ldapts": "^8.0.0",\n    "mongodb":'),
    )
    await appendFile(path('.env.example'), '\n# Ours\nINTRANET_URL=\n')
    await writeFile(path('NOTES.md'), 'Ours.\n')
  }

  it('is offered what is new, file by file, and keeps what the owner wants to keep', async () => {
    const offered: Turn[] = [
      ['Overwrite package.json?', `d${ENTER}`],
      ['+    "h3": "^2', ''],
      ['Overwrite package.json?', `y${ENTER}`],
      ['Overwrite src/main.ts?', `y${ENTER}`],
      ['Overwrite src/searchers/url.ts?', `n${ENTER}`],
    ]
    const shown = await runAtTerminal(service, [APP_NAMESPACE], {}, offered)
    assert.equal(shown.match(/✔ Overwrite/g)?.length, 5 - 1)
    assert.deepEqual((await changed()).toSorted(), [
      '.env.example',
      'package.json',
      'src/main.ts',
      'src/pause.ts',
      'src/searchers/index.ts',
    ])
    const now = await folderContent(service)
    for (const file of ['src/main.ts', 'src/pause.ts']) assert.equal(now[file], newest[file])
    assert.equal(now['src/searchers/index.ts'], renderIndex(['email', 'ip', 'own', 'url']))
    assert.deepEqual(JSON.parse(now['package.json']!), {
      ...(JSON.parse(newest['package.json']!) as object),
      version: '3.1.4',
      dependencies: {
        ...(JSON.parse(newest['package.json']!) as { dependencies: object }).dependencies,
        ldapts: '^8.0.0',
      },
    })
    const example = now['.env.example']!
    assert.ok(example.startsWith(before['.env.example']!.trimEnd()))
    assert.match(example, /^LOG_LEVEL=info$/m)
    assert.match(example, /^# ABUSEIPDB_MIN_SCORE=25$/m)
  })

  it('keeps every file that differs where nobody can be asked, and says which', async () => {
    await runApp({ cwd: service, options: { yes: true } })
    assert.deepEqual((await changed()).toSorted(), ['.env.example', 'src/pause.ts', 'src/searchers/index.ts'])
  })

  it('gets everything with --force, but keeps settings, packages, and searchers and files that are not ours', async () => {
    await runApp({ cwd: service, options: { yes: true, force: true } })
    const now = await folderContent(service)
    for (const file of ['.env', 'NOTES.md', 'src/searchers/own.ts', ...FILLED_IN]) {
      assert.equal(now[file], before[file], file)
    }
    for (const file of ['src/main.ts', 'src/searchers/url.ts', '.env.example']) assert.equal(now[file], newest[file])
    assert.match(now['package.json']!, /"ldapts": "\^8\.0\.0"/)
    assert.equal(now['src/searchers/index.ts'], renderIndex(['email', 'ip', 'own', 'url']))
  })

  it('has nothing to be asked about afterwards', async () => {
    await runApp({ cwd: service, options: { force: true } })
    before = await folderContent(service)
    const { askedQuestions } = await runApp({ cwd: service })
    assert.deepEqual(askedQuestions, [])
    assert.deepEqual(await changed(), [])
  })
})
