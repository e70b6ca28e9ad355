import assert from 'node:assert/strict'
import { appendFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'node:test'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'
import { settings as serviceSettings } from '../../generators/app/templates/src/core/settings/config.ts'
import { findSource, looksUp, sources } from '../../generators/source-list.ts'
import { readyMadeFiles, sourcePaths } from '../../generators/searcher/source-files.ts'
import { withAsked } from '../../generators/searcher/searcher-files.ts'
import { usualSearchers } from '../../generators/usual-searchers.ts'
import { readServiceRecord } from '../../generators/service-record.ts'
import { packageVersion } from '../../generators/package-root.ts'
import { planUpgradeOf } from '../../generators/app/upgrade-service.ts'
import { knownService } from '../../generators/app/service.ts'
import { readRecord, searcherRecord, sourceRecord, writeRecord } from '../../generators/upgrade/record.ts'
import { folderContent } from '../folder-content.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runApp, runSearcher } from './yeoman.ts'

describe('the app generator', () => {
  let cwd: string
  let service: string
  const read = (path: string) => readFile(join(service, path), 'utf8')
  const again = (options = {}, answers = {}) => runApp({ cwd, args: ['my-cts'], options, answers })

  beforeEach(async () => {
    cwd = await temporaryFolder()
    service = join(cwd, 'my-cts')
  })

  describe('in an empty folder', () => {
    it('makes a service of what the options say', async () => {
      const options = { yes: true, description: 'Looks "it" up', searchers: 'url,cve', uploadFiles: true }
      await runApp({ cwd, args: ['my-cts'], options })
      const { name, description, version } = JSON.parse(await read('package.json')) as Record<string, string>
      assert.deepEqual([name, description, version], ['my-cts', 'Looks "it" up', '0.1.0'])
      assert.equal(await read('src/searchers/index.ts'), renderIndex(['cve', 'url']))
      const files = Object.keys(await folderContent(service))
      for (const path of ['.env', '.gitignore', 'src/main.ts', 'test/searchers/cve.test.ts', 'test/mocks/urlhaus.ts']) {
        assert.ok(files.includes(path), `${path} is missing`)
      }
    })

    it('keeps what it was told', async () => {
      await runApp({ cwd, args: ['my-cts'], options: { yes: true, searchers: 'ip,hash' } })
      assert.deepEqual(JSON.parse(await read('.yo-rc.json')), {
        'generator-resilient-cts': {
          name: 'my-cts',
          description: 'my-cts, a custom threat service for IBM Security SOAR',
          uploadFiles: false,
        },
      })
      assert.deepEqual(readServiceRecord(service)!.searchers, {
        ip: { sources: 'abuseipdb', types: 'net.ip' },
        hash: { sources: 'virustotal', types: 'hash.md5,hash.sha1,hash.sha256' },
      })
    })

    it('gives each searcher those of the named sources that look up its types, or its usual one', async () => {
      const options = { yes: true, searchers: 'url,ip,cve,email', sources: 'urlhaus,virustotal,abuseipdb' }
      await runApp({ cwd, args: ['my-cts'], options })
      assert.deepEqual(readServiceRecord(service)!.searchers, {
        url: { sources: 'urlhaus,virustotal', types: 'net.uri' },
        ip: { sources: 'urlhaus,virustotal,abuseipdb', types: 'net.ip' },
        cve: { sources: 'nvd', types: 'threat.report.cve' },
        email: { sources: 'blank', types: 'email' },
      })
      const made = await folderContent(service)
      await runApp({ cwd, args: ['my-cts'], options })
      assert.deepEqual(await folderContent(service), made)
    })

    it('takes the usual sources where none is ticked', async () => {
      await runApp({
        cwd,
        args: ['my-cts'],
        options: { uploadFiles: false, searchers: 'url,ip' },
        answers: { description: 'x', sources: [] },
      })
      assert.match(await read('src/searchers/url.ts'), /sources: \[urlhaus\]/)
      assert.match(await read('src/searchers/ip.ts'), /sources: \[abuseipdb\]/)
    })

    it('refuses a source that none of the searchers asks', async () => {
      const refusals: [object, string][] = [
        [
          { sources: 'abuseipdb' },
          'Source "abuseipdb" looks up nothing that the searchers are for: url. Add --searchers ip or cidr, or leave it out.',
        ],
        [{ sources: 'urlhaus,abuseipd' }, 'Source "abuseipd" is not known. Did you mean "abuseipdb"?'],
        [{ sources: ',' }, 'No source is named. Name at least one, such as "urlhaus".'],
      ]
      for (const [options, message] of refusals) {
        await assert.rejects(runApp({ cwd, args: ['my-cts'], options: { yes: true, ...options } }), {
          name: 'OptionError',
          message,
        })
      }
      assert.deepEqual(await readdir(cwd), [])
    })

    it('makes every source the same, byte for byte, in every service', async () => {
      const all = sources.filter(({ types }) => types.length > 0).map(({ id }) => id)
      const options = { yes: true, searchers: usualSearchers.map(({ name }) => name).join(',') }
      const able = all.filter((id) =>
        looksUp(
          findSource(id),
          usualSearchers.flatMap(({ types }) => types),
        ),
      )
      await runApp({ cwd, args: ['one'], options: { ...options, sources: able.join(',') } })
      await runApp({
        cwd,
        args: ['other'],
        options: { ...options, sources: able.toReversed().join(','), uploadFiles: true },
      })
      const [one, other] = [await folderContent(join(cwd, 'one')), await folderContent(join(cwd, 'other'))]
      for (const { path, text } of withAsked(able).flatMap(readyMadeFiles)) {
        assert.equal(one[path], text, path)
        assert.equal(other[path], text, path)
      }
    })

    it('begins with the searcher url, and its settings in .env and .env.example', async () => {
      await runApp({ cwd, args: ['my-cts'], options: { yes: true } })
      assert.equal(await read('src/searchers/index.ts'), renderIndex(['url']))
      assert.match(await read('.env.example'), /^URLHAUS_API_KEY=$/m)
      assert.match(await read('.env.example'), /^CTS_UPLOAD_FILES=false$/m)
      const example = await read('.env.example')
      const advice = '# Copy this file to .env, and fill it in there.\n'
      assert.ok(example.includes(advice))
      assert.equal(await read('.env'), example.replace(advice, ''))
    })

    it('refuses two searchers that differ in their case only', async () => {
      await assert.rejects(runApp({ cwd, args: ['my-cts'], options: { yes: true, searchers: 'url,URL' } }), {
        name: 'OptionError',
        message:
          '"URL" is too much like the searcher "url" that is there: their files or settings would be taken for each other\'s. Take another name.',
      })
    })

    it('holds nothing of a source that no searcher asks', async () => {
      await runApp({ cwd, args: ['my-cts'], options: { yes: true, searchers: 'cve' } })
      const content = await folderContent(service)
      for (const { id, settings } of sources.filter((source) => source.id !== 'nvd' && source.id !== 'epss')) {
        for (const [path, text] of Object.entries(content)) {
          assert.ok(!sourcePaths(id).includes(path), path)
          const ofIt = settings.filter(({ name }) => !(name in serviceSettings))
          for (const { name } of ofIt) assert.doesNotMatch(text, new RegExp(`\\b${name}=`), `${path}: ${name}`)
        }
      }
    })

    it('asks what no option says, and takes the answers', async () => {
      const { askedQuestions } = await runApp({
        cwd,
        options: { uploadFiles: false },
        answers: {
          name: 'my-cts',
          description: 'Asked',
          searchers: ['domain', 'file'],
          sources: ['urlscan', 'urlhaus'],
        },
      })
      assert.deepEqual(
        askedQuestions.map(({ name }) => name),
        ['name', 'description', 'searchers', 'sources'],
      )
      assert.match(await read('src/searchers/domain.ts'), /sources: \[urlscan, urlhaus\]/)
      assert.match(await read('src/searchers/file.ts'), /sources: \[malwarebazaar\]/)
      assert.equal((JSON.parse(await read('package.json')) as { description: string }).description, 'Asked')
      assert.equal(await read('src/searchers/index.ts'), renderIndex(['domain', 'file']))
    })

    it('takes the name from the directory, unless an option says another', async () => {
      await runApp({ cwd, args: ['My Threats'], options: { yes: true } })
      await runApp({ cwd, args: ['deep er/Übungs-Dienst ß'], options: { yes: true } })
      await runApp({ cwd, args: ['my-cts'], options: { yes: true, name: 'other' } })
      const name = async (folder: string) =>
        (JSON.parse(await readFile(join(cwd, folder, 'package.json'), 'utf8')) as { name: string }).name
      assert.deepEqual(
        [await name('My Threats'), await name('deep er/Übungs-Dienst ß'), await name('my-cts')],
        ['my-threats', 'ubungs-dienst-ss', 'other'],
      )
    })

    it('makes the name of a title', async () => {
      await runApp({ cwd, options: { yes: true, name: 'Acme Threats' } })
      await runApp({ cwd, options: { yes: true, name: 'acme_cts' } })
      assert.deepEqual((await readdir(cwd)).toSorted(), ['acme-threats', 'acme_cts'])
      service = join(cwd, 'acme-threats')
      assert.equal((JSON.parse(await read('package.json')) as { name: string }).name, 'acme-threats')
    })

    it('makes a folder called like the service if no directory is named', async () => {
      await runApp({ cwd, options: { yes: true, name: 'named' } })
      await runApp({ cwd, options: { yes: true } })
      assert.deepEqual((await readdir(cwd)).toSorted(), ['my-cts', 'named'])
    })

    it('leaves no folder behind after a dry run', async () => {
      await runApp({ cwd, args: ['new/my-cts'], options: { yes: true, dryRun: true } })
      assert.deepEqual(await readdir(cwd), [])
    })
  })

  describe('in a folder of ours', () => {
    let made: Record<string, string>

    beforeEach(async () => {
      await runApp({ cwd, args: ['my-cts'], options: { yes: true, searchers: 'url,cve' } })
      made = await folderContent(service)
    })

    it('changes nothing and asks nothing', async () => {
      const { askedQuestions } = await again()
      assert.deepEqual(askedQuestions, [])
      assert.deepEqual(await folderContent(service), made)
      await runApp({ cwd: service })
      assert.deepEqual(await folderContent(service), made)
    })

    it('changes nothing in a dry run', async () => {
      await appendFile(join(service, 'README.md'), 'mine\n')
      await again({ dryRun: true, description: 'Another', force: true })
      assert.deepEqual(await folderContent(service), { ...made, 'README.md': `${made['README.md']}mine\n` })
    })

    it('says that it is up to date', async () => {
      const { status } = await again({ check: true })
      assert.equal(status, 0)
    })

    it('leaves edits alone that nothing new is to be merged with', async () => {
      await appendFile(join(service, 'src/searchers/url.ts'), '// mine\n')
      await appendFile(join(service, 'README.md'), 'mine\n')
      await rm(join(service, 'test/searchers/url.test.ts'))
      const before = await folderContent(service)
      const { askedQuestions } = await again({ force: true })
      assert.deepEqual(askedQuestions, [])
      assert.deepEqual(await folderContent(service), before)
    })

    it('brings no file back that the owner has deleted', async () => {
      for (const path of ['src/sources/urlhaus.ts', 'test/mocks/urlhaus.ts', 'SECURITY.md', '.env', '.env.example']) {
        await rm(join(service, path))
      }
      const before = await folderContent(service)
      await again()
      assert.deepEqual(await folderContent(service), before)
    })

    it('takes what else it is told for an answer that has changed', async () => {
      await appendFile(join(service, 'README.md'), 'mine\n')
      await again({ description: 'Something else' }, { goOn: true })
      assert.ok((await read('README.md')).startsWith('# my-cts\n\nSomething else\n'))
      assert.ok((await read('README.md')).endsWith('mine\n'))
      assert.equal(readServiceRecord(service)!.description, 'Something else')
    })

    it('refuses searchers and sources that are not there, and changes nothing for those that are', async () => {
      await again({ searchers: 'url,cve', sources: 'urlhaus' })
      await assert.rejects(again({ searchers: 'url,ip' }), {
        name: 'OptionError',
        message: 'There is no searcher "ip" yet. Add it: resilient-cts searcher ip',
      })
      await assert.rejects(again({ sources: 'virustotal' }), {
        name: 'OptionError',
        message: 'No searcher asks "virustotal" yet. Add it to one: resilient-cts searcher NAME --source virustotal',
      })
      assert.deepEqual(await folderContent(service), made)
    })

    it('keeps what else .yo-rc.json holds, to the letter', async () => {
      const ours =
        '{ "other": {"a":1},\n "generator-resilient-cts": {"name":"my-cts", "own": [ 1 ],"searchers":{},\n "uploadFiles":false}}'
      await writeFile(join(service, '.yo-rc.json'), ours)
      await again({ description: 'Another' }, { goOn: true })
      const expected = ours.replace(
        '"searchers":{},\n "uploadFiles":false',
        '"description":"Another","uploadFiles":false',
      )
      assert.deepEqual(JSON.parse(await read('.yo-rc.json')), JSON.parse(expected))
      assert.match(
        await read('.yo-rc.json'),
        /^\{ "other": \{"a":1\},\n "generator-resilient-cts": \{"name":"my-cts",.* "own": \[ 1 \]/,
      )
    })

    it('brings a stale index up to date', async () => {
      await writeFile(join(service, 'src/searchers/index.ts'), `${renderIndex([])}// stale\n`)
      await again({}, { goOn: true })
      assert.deepEqual(await folderContent(service), made)
    })

    it('leaves an index alone that lists the same in another order, as after a merge', async () => {
      const index = await read('src/searchers/index.ts')
      await writeFile(join(service, 'src/searchers/index.ts'), index.replace(/(import \{.+\n)(import \{.+\n)/, '$2$1'))
      const before = await folderContent(service)
      assert.notDeepEqual(before, made)
      assert.equal((await again({ check: true })).status, 0)
      await again()
      assert.deepEqual(await folderContent(service), before)
    })

    it('leaves out of .env.example what its owner has taken out', async () => {
      const example = (await read('.env.example'))
        .replace(/^URLHAUS_API_KEY=\n/m, '')
        .replace(/^CTS_UPLOAD_FILES=.*\n/m, '')
      await writeFile(join(service, '.env.example'), example)
      assert.equal((await again({ check: true })).status, 0)
      await runSearcher({ cwd: service, args: ['ip'], options: { yes: true, source: 'abuseipdb,urlhaus' } })
      assert.match(await read('.env.example'), /^ABUSEIPDB_API_KEY=$/m)
      assert.doesNotMatch(await read('.env.example'), /URLHAUS_API_KEY|CTS_UPLOAD_FILES/)
    })

    it('keeps a source that it no longer has, while something imports it', async () => {
      const files = { 'src/sources/gone.ts': 'export const gone = 1\n', 'test/mocks/gone.ts': '' }
      const snapshot = { version: packageVersion, files: new Map(Object.entries(files)) }
      const write = async () => {
        for (const [path, text] of Object.entries(files)) await writeFile(join(service, path), text)
        writeRecord(service, sourceRecord('gone'), snapshot)
      }
      await write()
      await appendFile(join(service, 'src/searchers/url.ts'), `\nimport '../sources/gone.ts'\n`)
      await again({}, { goOn: true })
      assert.equal(await read('src/sources/gone.ts'), files['src/sources/gone.ts'])
      assert.equal(readRecord(service, sourceRecord('gone')), undefined)
      await write()
      await writeFile(join(service, 'src/searchers/url.ts'), made['src/searchers/url.ts']!)
      await again({}, { goOn: true })
      assert.deepEqual(await folderContent(service), made)
    })

    it('names what has lost its record', async () => {
      for (const record of [searcherRecord('url'), sourceRecord('urlhaus')]) await rm(join(service, record))
      const plan = planUpgradeOf(service, knownService({ description: 'x' }, readServiceRecord(service)!))
      assert.deepEqual(plan.unrecorded, ['src/searchers/url.ts', 'src/sources/urlhaus.ts'])
    })

    it('leaves an index alone that the owner keeps by hand', async () => {
      await writeFile(join(service, 'src/searchers/index.ts'), 'export const searchers = []\n')
      await again()
      assert.equal(await read('src/searchers/index.ts'), 'export const searchers = []\n')
    })

    it('leaves .env alone', async () => {
      await writeFile(join(service, '.env'), 'URLHAUS_API_KEY=secret\n')
      await again()
      assert.equal(await read('.env'), 'URLHAUS_API_KEY=secret\n')
    })

    it('lets a searcher be gone whose file the owner has deleted', async () => {
      await rm(join(service, 'src/searchers/cve.ts'))
      await again({ yes: true })
      assert.equal(await read('src/searchers/index.ts'), renderIndex(['url']))
    })
  })

  describe('in a folder that is not ours', () => {
    it('writes nothing, unless it is forced', async () => {
      await mkdir(service)
      await writeFile(join(service, 'README.md'), 'mine\n')
      await assert.rejects(again({ yes: true }), {
        name: 'OptionError',
        message: `Directory "${service}" is not empty, and what it holds is no service of this generator. Name another one, or write into it with --force.`,
      })
      assert.deepEqual(await folderContent(service), { 'README.md': 'mine\n' })
      await again({ yes: true, force: true })
      assert.ok((await read('README.md')).startsWith('# my-cts\n'))
    })

    it('takes one that holds nothing but a repository', async () => {
      await mkdir(join(service, '.git'), { recursive: true })
      await again({ yes: true })
      assert.ok((await read('README.md')).startsWith('# my-cts\n'))
    })
  })
})
