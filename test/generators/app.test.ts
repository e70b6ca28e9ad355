import assert from 'node:assert/strict'
import { appendFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'node:test'
import { renderIndex } from '../../generators/app/templates/scripts/render-index.ts'
import { sources } from '../../generators/sources.ts'
import { folderContent } from '../folder-content.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runApp } from './yeoman.ts'

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
          searchers: {
            ip: { source: 'abuseipdb', types: 'net.ip' },
            hash: { source: 'virustotal', types: 'hash.md5,hash.sha1,hash.sha256' },
          },
        },
      })
    })

    it('begins with the searcher url, and its settings in .env and .env.example', async () => {
      await runApp({ cwd, args: ['my-cts'], options: { yes: true } })
      assert.equal(await read('src/searchers/index.ts'), renderIndex(['url']))
      assert.match(await read('.env.example'), /^URLHAUS_API_KEY=$/m)
      assert.match(await read('.env.example'), /^CTS_UPLOAD_FILES=false$/m)
      assert.equal(await read('.env'), await read('.env.example'))
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
      for (const { id, settings } of sources.filter((source) => source.id !== 'nvd')) {
        for (const [path, text] of Object.entries(content)) {
          assert.ok(!path.includes(id), path)
          for (const { name } of settings) assert.doesNotMatch(text, new RegExp(`\\b${name}=`), `${path}: ${name}`)
        }
      }
    })

    it('asks what no option says, and takes the answers', async () => {
      const { askedQuestions } = await runApp({
        cwd,
        options: { uploadFiles: false },
        answers: { name: 'my-cts', description: 'Asked', searchers: ['domain', 'file'] },
      })
      assert.deepEqual(
        askedQuestions.map(({ name }) => name),
        ['name', 'description', 'searchers'],
      )
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
      await again({ dryRun: true, searchers: 'ip', force: true })
      assert.deepEqual(await folderContent(service), { ...made, 'README.md': `${made['README.md']}mine\n` })
    })

    it('asks before it overwrites a file that the owner has edited', async () => {
      await appendFile(join(service, 'src/main.ts'), '// mine\n')
      const kept = await again({}, { action: 'skip' })
      assert.deepEqual(
        kept.askedQuestions.map(({ name }) => name),
        ['action'],
      )
      assert.equal(await read('src/main.ts'), `${made['src/main.ts']}// mine\n`)
      await again({}, { action: 'write' })
      assert.deepEqual(await folderContent(service), made)
    })

    it('keeps a file that the owner has edited where nobody can be asked', async () => {
      await appendFile(join(service, 'src/searchers/url.ts'), '// mine\n')
      const { askedQuestions } = await again({ yes: true })
      assert.deepEqual(askedQuestions, [])
      assert.equal(await read('src/searchers/url.ts'), `${made['src/searchers/url.ts']}// mine\n`)
      await again({ force: true })
      assert.deepEqual(await folderContent(service), made)
    })

    it('brings a stale index up to date without asking', async () => {
      await writeFile(join(service, 'src/searchers/index.ts'), `${renderIndex([])}// stale\n`)
      const { askedQuestions } = await again()
      assert.deepEqual(askedQuestions, [])
      assert.deepEqual(await folderContent(service), made)
    })

    it('leaves an index alone that the owner keeps by hand', async () => {
      await writeFile(join(service, 'src/searchers/index.ts'), 'export const searchers = []\n')
      await again({ searchers: 'ip' })
      assert.equal(await read('src/searchers/index.ts'), 'export const searchers = []\n')
    })

    it('leaves .env alone, and makes one anew if it is gone', async () => {
      await writeFile(join(service, '.env'), 'URLHAUS_API_KEY=secret\n')
      await again()
      assert.equal(await read('.env'), 'URLHAUS_API_KEY=secret\n')
      await rm(join(service, '.env'))
      await again()
      assert.equal(await read('.env'), await read('.env.example'))
    })

    it('adds searchers that are named, with their settings', async () => {
      await again({ searchers: 'ip' })
      assert.equal(await read('src/searchers/index.ts'), renderIndex(['cve', 'ip', 'url']))
      assert.match(await read('.env'), /^ABUSEIPDB_API_KEY=$/m)
      const record = JSON.parse(await read('.yo-rc.json')) as Record<string, { searchers: object }>
      assert.deepEqual(Object.keys(record['generator-resilient-cts']!.searchers), ['url', 'cve', 'ip'])
    })

    it('lets a searcher be gone whose file the owner has deleted', async () => {
      await rm(join(service, 'src/searchers/cve.ts'))
      await again()
      assert.equal(await read('src/searchers/index.ts'), renderIndex(['url']))
      await again({ searchers: 'cve' })
      assert.equal(await read('src/searchers/index.ts'), renderIndex(['cve', 'url']))
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
