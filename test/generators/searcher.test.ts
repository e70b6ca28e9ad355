import assert from 'node:assert/strict'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'node:test'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'
import { folderContent } from '../folder-content.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runApp, runSearcher } from './yeoman.ts'

describe('the searcher generator', () => {
  let service: string
  let made: Record<string, string>
  const read = (path: string) => readFile(join(service, path), 'utf8')
  const add = (name: string, options = {}, answers = {}) =>
    runSearcher({ cwd: service, args: [name], options, answers })
  const changed = async () => {
    const now = await folderContent(service)
    return Object.keys({ ...made, ...now }).filter((path) => now[path] !== made[path])
  }

  beforeEach(async () => {
    const cwd = await temporaryFolder()
    service = join(cwd, 'my-cts')
    await runApp({ cwd, args: ['my-cts'], options: { yes: true } })
    made = await folderContent(service)
  })

  it('adds a searcher, its test and its handlers, and nothing else but where it must be known', async () => {
    await add('ip', { yes: true })
    assert.deepEqual((await changed()).toSorted(), [
      '.env',
      '.env.example',
      '.yo-rc.json',
      'src/searchers/index.ts',
      'src/searchers/ip.ts',
      'test/mocks/abuseipdb.ts',
      'test/searchers/ip.test.ts',
    ])
    assert.equal(await read('src/searchers/index.ts'), renderIndex(['ip', 'url']))
    assert.match(await read('src/searchers/ip.ts'), /^ {2}name: 'ip',\n {2}artifactTypes: \['net\.ip'\],$/m)
  })

  it('changes nothing the second time', async () => {
    await add('intranet', { yes: true, types: 'net.ip,net.name' })
    made = await folderContent(service)
    const { askedQuestions } = await add('intranet')
    assert.deepEqual(askedQuestions, [])
    assert.deepEqual(await changed(), [])
  })

  it('shares the handlers and settings of a source that is there', async () => {
    await add('domain', { yes: true })
    assert.deepEqual((await changed()).toSorted(), [
      '.yo-rc.json',
      'src/searchers/domain.ts',
      'src/searchers/index.ts',
      'test/searchers/domain.test.ts',
    ])
  })

  it('works from any folder of the service', async () => {
    await runSearcher({ cwd: join(service, 'src/http'), args: ['domain'], options: { yes: true } })
    assert.equal(await read('src/searchers/index.ts'), renderIndex(['domain', 'url']))
  })

  it('asks what neither options nor the name say', async () => {
    const answers = { name: 'intranet', types: ['net.ip', 'net.mac'], source: 'blank' }
    const { askedQuestions } = await runSearcher({ cwd: service, answers })
    assert.deepEqual(
      askedQuestions.map(({ name }) => name),
      ['name', 'types', 'source'],
    )
    assert.match(await read('src/searchers/intranet.ts'), /^ {2}artifactTypes: \['net\.ip', 'net\.mac'\],$/m)
    assert.match(await read('.env'), /^INTRANET_API_KEY=$/m)
  })

  it('names the files, settings and identifiers of a blank searcher after it', async () => {
    await add('my-source', { yes: true, types: 'net.port' })
    const { 'src/searchers/my-source.ts': code, 'test/mocks/my-source.ts': mock } = await folderContent(service)
    assert.match(code!, /^const mySourceSource = defineSource\(\{\n {2}id: 'my-source',$/m)
    assert.ok(mock)
    assert.match(await read('.env.example'), /^MY_SOURCE_API_KEY=$/m)
  })

  it('refuses to take the place of a searcher with other content, unless it is forced', async () => {
    await appendFile(join(service, 'src/searchers/url.ts'), '// mine\n')
    await assert.rejects(add('url', { yes: true }), {
      name: 'OptionError',
      message:
        'Searcher "url" exists already, and src/searchers/url.ts holds something else. Take another name, or replace it with --force.',
    })
    assert.deepEqual(await changed(), ['src/searchers/url.ts'])
    await add('url', { yes: true, force: true })
    assert.deepEqual(await changed(), [])
  })

  it('refuses a blank searcher whose handlers would take the place of a file of the owner, unless it is forced', async () => {
    await writeFile(join(service, 'test/mocks/intranet.ts'), '// mine\n')
    await assert.rejects(add('intranet', { yes: true, types: 'net.ip' }), {
      message:
        '"intranet" has a file test/mocks/intranet.ts already, and it holds something else. Take another name, or replace it with --force.',
    })
    assert.deepEqual(await changed(), ['test/mocks/intranet.ts'])
    await add('intranet', { yes: true, types: 'net.ip', force: true })
    assert.match(await read('test/mocks/intranet.ts'), /^export const handlers = /m)
  })

  it('refuses a blank searcher whose handlers would take the place of the service’s own, even if it is forced', async () => {
    for (const name of ['server', 'Server']) {
      await assert.rejects(add(name, { yes: true, types: 'net.ip', force: true }), {
        name: 'OptionError',
        message: `"${name}" cannot name a blank searcher: its mocked source would replace test/mocks/server.ts, which every test needs. Take another name.`,
      })
    }
    assert.deepEqual(await changed(), [])
    await add('server', { yes: true, types: 'net.ip', source: 'abuseipdb' })
    assert.equal(await read('src/searchers/index.ts'), renderIndex(['server', 'url']))
  })

  it('asks before it overwrites a test that the owner has edited', async () => {
    await appendFile(join(service, 'test/searchers/url.test.ts'), '// mine\n')
    await add('url', {}, { action: 'skip' })
    assert.deepEqual(await changed(), ['test/searchers/url.test.ts'])
    await add('url', {}, { action: 'write' })
    assert.deepEqual(await changed(), [])
  })

  it('takes searchers whose file is gone out of the index and the record', async () => {
    await rm(join(service, 'src/searchers/url.ts'))
    await add('domain', { yes: true })
    assert.equal(await read('src/searchers/index.ts'), renderIndex(['domain']))
    const record = JSON.parse(await read('.yo-rc.json')) as Record<string, { searchers: object }>
    assert.deepEqual(Object.keys(record['generator-resilient-cts']!.searchers), ['domain'])
  })

  it('leaves an index alone that the owner keeps by hand', async () => {
    await writeFile(join(service, 'src/searchers/index.ts'), 'export const searchers = []\n')
    await add('domain', { yes: true })
    assert.equal(await read('src/searchers/index.ts'), 'export const searchers = []\n')
  })

  it('keeps the settings that the owner has set', async () => {
    await writeFile(join(service, '.env'), 'ABUSEIPDB_API_KEY=secret\n')
    await add('ip', { yes: true })
    assert.ok((await read('.env')).startsWith('ABUSEIPDB_API_KEY=secret\n\n# '))
    assert.equal((await read('.env')).match(/ABUSEIPDB_API_KEY=/g)?.length, 1)
  })

  it('refuses a name that differs from another in its case or a hyphen only, even if it is forced', async () => {
    await add('deny-list', { yes: true, types: 'net.ip' })
    made = await folderContent(service)
    for (const name of ['Deny-List', 'deny_list']) {
      await assert.rejects(add(name, { yes: true, types: 'net.ip', force: true }), {
        name: 'OptionError',
        message: `"${name}" is too much like the searcher "deny-list" that is there: their files or settings would be taken for each other's. Take another name.`,
      })
    }
    assert.deepEqual(await changed(), [])
  })
})
