import assert from 'node:assert/strict'
import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, beforeEach, describe, it } from 'node:test'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'
import { generatorFolder, packageVersion } from '../../generators/package-root.ts'
import { readServiceRecord } from '../../generators/service-record.ts'
import { APP_RECORD, writeRecord } from '../../generators/upgrade/record.ts'
import { folderContent } from '../folder-content.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runApp, runSearcher } from './yeoman.ts'

describe('the searcher generator', () => {
  /** Where a service is that nothing is done with. */
  let fresh: string
  let service: string
  let made: Record<string, string>
  const path = (file: string) => join(service, file)
  const read = (file: string) => readFile(path(file), 'utf8')
  const add = (name: string, options = {}, answers = {}) =>
    runSearcher({ cwd: service, args: [name], options, answers })
  const recorded = () => readServiceRecord(service)!.searchers
  /** The files that differ from those of before, in order. */
  const changed = async () => {
    const now = await folderContent(service)
    return Object.keys({ ...made, ...now })
      .filter((file) => now[file] !== made[file])
      .toSorted()
  }

  before(async () => {
    fresh = await temporaryFolder()
    await runApp({ cwd: fresh, args: ['my-cts'], options: { yes: true } })
  })

  beforeEach(async () => {
    service = join(await temporaryFolder(), 'my-cts')
    await cp(join(fresh, 'my-cts'), service, { recursive: true })
    made = await folderContent(service)
  })

  it('adds a searcher and what its sources need, and nothing else but where it must be known', async () => {
    await add('ip', { yes: true, source: 'abuseipdb,virustotal' })
    assert.deepEqual(await changed(), [
      '.env',
      '.env.example',
      '.resilient-cts/searchers/ip.json.gz',
      '.resilient-cts/sources/abuseipdb.json.gz',
      '.resilient-cts/sources/virustotal.json.gz',
      'src/searchers/index.ts',
      'src/searchers/ip.ts',
      'src/sources/abuseipdb.ts',
      'src/sources/virustotal.ts',
      'test/mocks/abuseipdb.ts',
      'test/mocks/virustotal.ts',
      'test/searchers/ip.test.ts',
      'test/sources/abuseipdb.test.ts',
      'test/sources/virustotal.test.ts',
    ])
    assert.equal(await read('src/searchers/index.ts'), renderIndex(['ip', 'url']))
    assert.equal(
      await read('src/searchers/ip.ts'),
      `import { defineSearcher } from '../core/define.ts'
import { abuseipdb } from '../sources/abuseipdb.ts'
import { virustotal } from '../sources/virustotal.ts'

export const searcher = defineSearcher({
  name: 'ip',
  artifactTypes: ['net.ip'],
  sources: [abuseipdb, virustotal],
})
`,
    )
    assert.deepEqual(recorded()['ip'], { sources: 'abuseipdb,virustotal', types: 'net.ip' })
  })

  it('copies sources byte for byte, with those that they ask', async () => {
    await add('cve', { yes: true })
    const files = (await changed()).filter((file) => /^(?:src\/sources|test\/sources|test\/mocks)\//.test(file))
    for (const file of ['src/sources/nvd.ts', 'src/sources/epss.ts', 'test/mocks/epss.ts']) {
      assert.ok(files.includes(file), file)
    }
    for (const file of files) {
      assert.equal(await read(file), await readFile(join(generatorFolder('app'), 'templates', file), 'utf8'))
    }
    assert.match(await read('.env.example'), /^# EPSS_API_URL=/m)
  })

  it('changes nothing the second time', async () => {
    for (const [name, options] of [
      ['intranet', { types: 'net.ip,net.name', reach: 'own' }],
      ['ip', { source: 'greynoise,abuseipdb' }],
    ] as const) {
      await add(name, { yes: true, ...options })
      made = await folderContent(service)
      for (const again of [options, {}]) {
        const { askedQuestions } = await add(name, again)
        assert.deepEqual(askedQuestions, [])
        assert.deepEqual(await changed(), [])
      }
    }
  })

  it('shares the files and settings of a source that is there, as its owner has them', async () => {
    await appendFile(path('src/sources/urlhaus.ts'), '// mine\n')
    await rm(path('test/mocks/urlhaus.ts'))
    made = await folderContent(service)
    await add('domain', { yes: true })
    assert.deepEqual(await changed(), [
      '.resilient-cts/searchers/domain.json.gz',
      'src/searchers/domain.ts',
      'src/searchers/index.ts',
      'test/searchers/domain.test.ts',
    ])
  })

  it('works from any folder of the service', async () => {
    await runSearcher({ cwd: path('src/core'), args: ['domain'], options: { yes: true } })
    assert.equal(await read('src/searchers/index.ts'), renderIndex(['domain', 'url']))
  })

  it('asks what neither options nor the name say', async () => {
    const answers = { name: 'intranet', types: ['net.ip', 'net.mac'], sources: ['greynoise', 'blank'], reach: 'own' }
    const { askedQuestions } = await runSearcher({ cwd: service, answers })
    assert.deepEqual(
      askedQuestions.map(({ name }) => name),
      ['name', 'types', 'sources', 'reach'],
    )
    const code = await read('src/searchers/intranet.ts')
    assert.match(code, /^ {2}artifactTypes: \['net\.ip', 'net\.mac'\],\n {2}sources: \[greynoise, intranetSource\],$/m)
    assert.match(await read('src/sources/intranet.ts'), /^ {2}reach: 'own',$/m)
    assert.match(await read('.env'), /^GREYNOISE_API_KEY=$/m)
  })

  describe('for a searcher that is there', () => {
    beforeEach(async () => {
      await add('ip', { yes: true })
      made = await folderContent(service)
    })

    it('adds the named source to its list, with its files and settings', async () => {
      await add('ip', { yes: true, source: 'greynoise' })
      assert.deepEqual(await changed(), [
        '.env',
        '.env.example',
        '.resilient-cts/searchers/ip.json.gz',
        '.resilient-cts/sources/greynoise.json.gz',
        'src/searchers/ip.ts',
        'src/sources/greynoise.ts',
        'test/mocks/greynoise.ts',
        'test/sources/greynoise.test.ts',
      ])
      assert.match(await read('src/searchers/ip.ts'), /^ {2}sources: \[abuseipdb, greynoise\],$/m)
      assert.deepEqual(recorded()['ip'], { sources: 'abuseipdb,greynoise', types: 'net.ip' })
    })

    it('leaves what its owner has changed in it', async () => {
      const edit = (text: string) => text.replace('})\n', '  // mine\n})\n')
      await writeFile(path('src/searchers/ip.ts'), edit(await read('src/searchers/ip.ts')))
      await add('ip', { yes: true, source: 'greynoise' })
      const asMade = await read('src/searchers/ip.ts')
      assert.match(asMade, /^ {2}sources: \[abuseipdb, greynoise\],\n {2}\/\/ mine\n/m)
    })

    it('leaves it alone and says what to add where its list is another', async () => {
      const edit = (text: string) => text.replace('[abuseipdb]', '[...all, abuseipdb]')
      await writeFile(path('src/searchers/ip.ts'), edit(made['src/searchers/ip.ts']!))
      await add('ip', { yes: true, source: 'greynoise' })
      assert.equal(await read('src/searchers/ip.ts'), edit(made['src/searchers/ip.ts']!))
      assert.ok((await changed()).includes('src/sources/greynoise.ts'))
    })

    it('gives it a skeleton', async () => {
      await add('ip', { yes: true, source: 'blank' })
      assert.match(await read('src/searchers/ip.ts'), /^ {2}sources: \[abuseipdb, ipSource\],$/m)
      await appendFile(path('src/sources/ip.ts'), '// filled in\n')
      made = await folderContent(service)
      await add('ip', { yes: true, source: 'blank' })
      assert.deepEqual(await changed(), [])
    })

    it('makes it anew if it is forced', async () => {
      await appendFile(path('src/searchers/ip.ts'), '// mine\n')
      await add('ip', { yes: true })
      assert.deepEqual(await changed(), ['src/searchers/ip.ts'])
      await add('ip', { yes: true, force: true })
      assert.deepEqual(await changed(), [])
    })
  })

  describe("with a source of the service's own", () => {
    beforeEach(async () => {
      const code = "import { defineSource } from '../core/define.ts'\n\nexport const planetSource = defineSource({})\n"
      await writeFile(path('src/sources/planet.ts'), code)
      await writeFile(path('src/sources/words.ts'), 'export const words = []\n')
      made = await folderContent(service)
    })

    it('has a new searcher ask it under the name that its file exports', async () => {
      await add('ip', { yes: true, source: 'planet,abuseipdb' })
      assert.match(
        await read('src/searchers/ip.ts'),
        /\nimport \{ planetSource \} from '\.\.\/sources\/planet\.ts'\nimport \{ abuseipdb \} .+\n[^]+\n {2}sources: \[planetSource, abuseipdb\],\n/,
      )
      assert.deepEqual(recorded()['ip'], {
        sources: 'planet,abuseipdb',
        types: 'net.ip',
        identifiers: 'planet=planetSource',
      })
      assert.equal(await read('src/sources/planet.ts'), made['src/sources/planet.ts'])
    })

    it('adds it to the list of a searcher that is there, once', async () => {
      await add('ip', { yes: true })
      made = await folderContent(service)
      await add('ip', { yes: true, source: 'planet' })
      assert.deepEqual(await changed(), ['.resilient-cts/searchers/ip.json.gz', 'src/searchers/ip.ts'])
      assert.match(await read('src/searchers/ip.ts'), /^ {2}sources: \[abuseipdb, planetSource\],$/m)
      made = await folderContent(service)
      for (const options of [{ source: 'planet' }, { source: 'planet', force: true }, {}]) {
        await add('ip', { yes: true, ...options })
        assert.deepEqual(await changed(), [])
      }
      const { status } = await runApp({ cwd: service, options: { check: true } })
      assert.equal(status, 0)
    })

    it('leaves the types that it looks up to the compiler, and so wants them named', async () => {
      await add('space', { yes: true, source: 'planet', types: 'net.mac' })
      assert.match(await read('src/searchers/space.ts'), /'net\.mac'\],\n {2}sources: \[planetSource\],$/m)
      await assert.rejects(add('other', { yes: true, source: 'planet' }), {
        name: 'OptionError',
        message: /^The name "other" does not say what it looks up\./,
      })
    })

    it('offers it, and knows no file that exports no source', async () => {
      const answers = { name: 'space', types: ['net.mac'], sources: ['planet'] }
      await runSearcher({ cwd: service, answers })
      assert.match(await read('src/searchers/space.ts'), /^ {2}sources: \[planetSource\],$/m)
      for (const [source, remedy] of [
        ['plannet', 'Did you mean "planet"\\?'],
        ['words', 'Known: .+, blank, planet\\.'],
      ] as const) {
        await assert.rejects(add('ip', { yes: true, source }), {
          name: 'OptionError',
          message: new RegExp(`^Source "${source}" is not known\\. ${remedy}$`),
        })
      }
    })

    it("takes a searcher's own skeleton for what it is", async () => {
      await add('intranet', { yes: true, types: 'net.ip' })
      made = await folderContent(service)
      await add('intranet', { yes: true, source: 'intranet' })
      assert.deepEqual(await changed(), [])
      await add('ip', { yes: true, source: 'intranet' })
      assert.match(await read('src/searchers/ip.ts'), /^ {2}sources: \[intranetSource\],$/m)
    })
  })

  it('refuses to take the place of a file of the owner, unless it is forced', async () => {
    for (const file of ['src/searchers/intranet.ts', 'src/sources/intranet.ts', 'test/mocks/intranet.ts']) {
      await writeFile(path(file), '// mine\n')
      await assert.rejects(add('intranet', { yes: true, types: 'net.ip' }), {
        name: 'OptionError',
        message: `"intranet" has a file ${file} already, and it holds something else. Take another name, or replace it with --force.`,
      })
      assert.deepEqual(await changed(), [file])
      await rm(path(file))
    }
    await writeFile(path('test/mocks/intranet.ts'), '// mine\n')
    await add('intranet', { yes: true, types: 'net.ip', force: true })
    assert.match(await read('test/mocks/intranet.ts'), /^export const handlers = /m)
  })

  it('takes searchers whose file is gone out of the index', async () => {
    await rm(path('src/searchers/url.ts'))
    await add('domain', { yes: true })
    assert.equal(await read('src/searchers/index.ts'), renderIndex(['domain']))
  })

  it('makes a searcher anew whose file is gone', async () => {
    await rm(path('src/searchers/url.ts'))
    await rm(path('test/searchers/url.test.ts'))
    await add('url', { yes: true, source: 'virustotal' })
    assert.match(await read('src/searchers/url.ts'), /^ {2}sources: \[virustotal\],$/m)
    assert.equal(await read('test/searchers/url.test.ts'), made['test/searchers/url.test.ts'])
    assert.deepEqual(recorded()['url'], { sources: 'virustotal', types: 'net.uri' })
  })

  it('is refused in a service of another version, or of one that nobody knows', async () => {
    const files = new Map([['README.md', 'old']])
    writeRecord(service, APP_RECORD, { version: '99.0.0', files })
    await assert.rejects(add('domain', { yes: true }), {
      name: 'Refusal',
      message: `This service is of version 99.0.0, and this generator is ${packageVersion}. Install generator-resilient-cts@99.0.0.`,
    })
    await rm(path(APP_RECORD))
    await assert.rejects(add('domain', { yes: true }), { name: 'Refusal', message: /^There is no record/ })
  })

  it('lays a file beside one that was the owner’s before', async () => {
    await writeFile(path('test/mocks/greynoise.ts'), '// mine\n')
    const { status } = await add('ip', { yes: true, source: 'greynoise' })
    assert.equal(status, 3)
    assert.equal(await read('test/mocks/greynoise.ts'), '// mine\n')
    assert.match(await read('test/mocks/greynoise.ts.new'), /^export const handlers = /m)
  })

  it('leaves an index alone that the owner keeps by hand', async () => {
    await writeFile(path('src/searchers/index.ts'), 'export const searchers = []\n')
    await add('domain', { yes: true })
    assert.equal(await read('src/searchers/index.ts'), 'export const searchers = []\n')
  })

  it('keeps the settings that the owner has set', async () => {
    await writeFile(path('.env'), 'ABUSEIPDB_API_KEY=secret\n')
    await add('ip', { yes: true })
    assert.ok((await read('.env')).startsWith('ABUSEIPDB_API_KEY=secret\n\n# '))
    assert.equal((await read('.env')).match(/ABUSEIPDB_API_KEY=/g)?.length, 1)
  })

  it('leaves a setting out of .env that the owner has taken out', async () => {
    await writeFile(path('.env'), '')
    await add('domain', { yes: true })
    assert.equal(await read('.env'), '')
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
