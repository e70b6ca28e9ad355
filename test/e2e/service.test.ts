import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { isLeftOut } from '../../generators/app/template-files.ts'
import { generatorFolder } from '../../generators/package-root.ts'
import { folderContent } from '../folder-content.ts'
import { runCommand } from '../run-command.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { HIT_PROPS, startFakeUrlhaus, type FakeUrlhaus } from './fake-urlhaus.ts'
import { installPacked, type PackedGenerator } from './packed-generator.ts'

const WARN = 40
const mongoUrl = process.env['MONGODB_URL']
if (!mongoUrl) console.log('MONGODB_URL is not set: the packed service is tried on its memory store only.')

describe('the packed generator', () => {
  let generator: PackedGenerator
  let service: string
  const npm = (...args: string[]) => runCommand(service, 'npm', ...args)

  before(async () => {
    const folder = await temporaryFolder()
    generator = await installPacked(join(folder, 'tool'))
    await mkdir(join(folder, 'work'))
    await generator.generate(join(folder, 'work'), 'my-cts', '--skip-git')
    service = join(folder, 'work/my-cts')
    await generator.generate(service, 'searcher', 'ip', '--source', 'abuseipdb,virustotal')
    await generator.generate(service, 'searcher', 'intranet', '--types', 'net.ip,net.name', '--source', 'blank')
  })

  it('holds every template, and no source of the generators', async () => {
    for (const name of ['app', 'searcher'] as const) {
      const templates = Object.keys(await folderContent(generatorFolder(name)))
        .filter((path) => path.startsWith('templates/') && !path.split('/').some(isLeftOut))
        .toSorted()
      const packed = Object.keys(await folderContent(join(generator.packageFolder, 'generators', name)))
      assert.deepEqual(packed.toSorted(), ['USAGE', 'index.js', ...templates])
    }
  })

  for (const script of ['typecheck', 'lint', 'format:check', 'build']) {
    it(`makes a service that passes its ${script}`, async () => {
      await npm('run', script)
    })
  }

  it('makes a service that passes its tests', async () => {
    const said = await npm('test')
    assert.match(said, /^(?:#|ℹ) fail 0$/m)
    assert.doesNotMatch(said, /[^\P{Cc}\t\n]/u)
    assert.ok(Number(/^(?:#|ℹ) pass (\d+)$/m.exec(said)?.[1]) > 100)
  })

  it('makes a service whose demo shows a hit of each source', async () => {
    const said = await npm('run', 'demo')
    for (const source of ['URLhaus', 'AbuseIPDB', 'VirusTotal']) assert.match(said, new RegExp(` ${source}  +\\S`, 'm'))
    assert.match(said, /^intranet is not asked yet: /m)
  })

  it('changes nothing the second time', async () => {
    const content = await folderContent(service)
    await generator.generate(service, 'searcher', 'ip', '--source', 'abuseipdb,virustotal')
    await generator.generate(service, '--skip-git', '--skip-install')
    assert.deepEqual(await folderContent(service), content)
  })

  describe(`makes a service that, on ${mongoUrl ? 'MongoDB' : 'its memory store'},`, () => {
    const database = `cts-e2e-${randomUUID()}`
    const artifact = { type: 'net.uri', value: 'http://malware.example/sample.exe' }
    let urlhaus: FakeUrlhaus
    let replica: Replica
    let id: string

    const start = () =>
      startReplica(join(service, 'dist/main.js'), {
        ...(mongoUrl ? { MONGODB_URL: mongoUrl, MONGODB_DB: database } : {}),
        URLHAUS_API_URL: urlhaus.url,
        URLHAUS_API_KEY: 'key',
        ABUSEIPDB_API_KEY: 'key',
        VIRUSTOTAL_API_KEY: 'key',
        INTRANET_API_KEY: 'key',
        CTS_OWN: 'corp.example',
        CTS_USER: 'soar',
        CTS_PASSWORD: 'password',
      })
    const authorization = `Basic ${btoa('soar:password')}`
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(new URL(path, replica.url), {
        redirect: 'manual',
        headers: { authorization },
        ...init,
      })
      return { status: response.status, body: (await response.json()) as { id: string } }
    }
    const scan = () => ask('/', { method: 'POST', body: JSON.stringify(artifact) })
    const complete = async () => {
      for (;;) {
        const answer = await ask(`/${id}`)
        if (answer.status !== 303) return answer
        await pause(20)
      }
    }
    const stop = async () => {
      replica.signal('SIGTERM')
      assert.equal(await replica.ended, 0)
      const complaints = replica.log.filter(({ level }) => Number(level) >= WARN).map(({ msg }) => msg)
      const memory = 'MONGODB_URL is not set: searches and results are kept in memory and lost with this process'
      const skeleton =
        'Intranet is not filled in yet, so it is not asked: fill in the three places of src/sources/intranet.ts'
      assert.deepEqual(complaints, mongoUrl ? [skeleton] : [skeleton, memory])
    }

    before(async () => {
      urlhaus = await startFakeUrlhaus()
      replica = await start()
    })
    after(async () => {
      replica.signal('SIGKILL')
      urlhaus.close()
      if (!mongoUrl) return
      const client = new MongoClient(mongoUrl)
      await client.db(database).dropDatabase()
      await client.close()
    })

    it('asks for no files', async () => {
      assert.deepEqual(await ask('/', { method: 'OPTIONS' }), { status: 200, body: { upload_file: false } })
    })

    it('answers 303 with an id while the search goes on, and starts one search for 50 requests at once', async () => {
      const release = urlhaus.holdBack()
      const answers = await Promise.all(Array.from({ length: 50 }, scan))
      id = answers[0]!.body.id
      for (const answer of answers) assert.deepEqual(answer, { status: 303, body: { id, retry_secs: 5, hits: [] } })
      assert.deepEqual(await ask(`/${id}`), { status: 303, body: { id, retry_secs: 5, hits: [] } })
      release()
      assert.deepEqual(await complete(), { status: 200, body: { id, hits: [{ props: HIT_PROPS }] } })
      const form = 'url=http%3A%2F%2Fmalware.example%2Fsample.exe'
      assert.deepEqual(urlhaus.requests, [{ path: '/v1/url/', form, key: 'key' }])
    })

    it('answers 200 with the hits from then on, without asking the source', async () => {
      assert.deepEqual(await scan(), { status: 200, body: { id, hits: [{ props: HIT_PROPS }] } })
      assert.equal(urlhaus.requests.length, 1)
    })

    it('keeps the search in its two collections', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, async () => {
      const client = new MongoClient(mongoUrl!)
      try {
        const collection = (name: string) => client.db(database).collection<{ _id: string }>(name)
        assert.equal(await collection('active_searches').countDocuments(), 0)
        const results = await collection('results').find().toArray()
        assert.deepEqual(
          results.map(({ _id }) => _id),
          [id],
        )
      } finally {
        await client.close()
      }
    })

    it('stops with status 0 and no warning in its log but for those at its start', stop)

    it('knows the hits after a restart', { skip: mongoUrl ? false : 'MONGODB_URL is not set' }, async () => {
      replica = await start()
      assert.deepEqual(await scan(), { status: 200, body: { id, hits: [{ props: HIT_PROPS }] } })
      assert.equal(urlhaus.requests.length, 1)
      await stop()
    })
  })
})
