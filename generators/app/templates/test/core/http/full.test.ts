import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, it } from 'node:test'
import { MongoClient } from 'mongodb'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { startService, type Service } from '../../../src/core/service.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { createFakeSearcher, createGate, threat } from '../search/fake-searcher.ts'
import { silentLog } from '../silent-log.ts'
import { until } from '../until.ts'
import { artifactPart, filePart, multipart, send, type Received, type Sent } from './client.ts'

const url = process.env.MONGODB_URL

function describeFull(name: string, storeEnv: () => Record<string, string>, clear: () => Promise<void>): void {
  describe(`the service that has too much to do, on ${name}`, { skip: name === 'MongoDB' && !url }, () => {
    let service: Service
    afterEach(async () => {
      await service.stop()
      await clear()
    })
    const start = async (searcher: Searcher, env: Record<string, string>) => {
      const all = { PORT: '0', HOST: '127.0.0.1', OPS_PORT: '0', CTS_SHUTDOWN_SECS: '0', ...storeEnv(), ...env }
      service = await startService(loadConfig(all, [searcher]), [searcher], silentLog)
    }
    const post = (sent: Sent) => send(service.url, { method: 'POST', ...sent })
    const postValue = (value: string) => post({ body: JSON.stringify({ type: 'net.uri', value }) })
    const get = (id: string) => send(service.url, { path: `/${id}` })
    const assertRefused = ({ status, headers, body }: Received, error: string) => {
      assert.deepEqual([status, headers['retry-after'], body], [503, '5', { error, code: 'SERVICE_UNAVAILABLE' }])
    }

    it('answers 503 past CTS_MAX_WAITING, but answers what is finished and what waits, and takes more in again', async () => {
      let gate = createGate()
      gate.open()
      await start(
        createFakeSearcher('url', () => gate.search()),
        { CTS_MAX_WAITING: '2' },
      )
      const done = await postValue('http://done.example/')
      await until(async () => (await get(done.body.id)).status === 200)
      gate = createGate()
      const held = await postValue('http://held.example/')
      // the count of those that are active is not taken down before the next look
      const refused = await postValue('http://refused.example/')
      assertRefused(refused, 'Too many searches wait already (CTS_MAX_WAITING): try again later')
      assert.deepEqual((await postValue('http://done.example/')).body, { id: done.body.id, hits: [threat] })
      assert.deepEqual((await get(done.body.id)).status, 200)
      assert.deepEqual(
        await Promise.all(
          [postValue('http://held.example/'), get(held.body.id)].map(async (one) => (await one).status),
        ),
        [303, 303],
      )
      gate.open()
      await until(async () => (await get(held.body.id)).status === 200)
      await until(async () => (await postValue('http://refused.example/')).status !== 503)
    })

    it('answers 503 past CTS_MAX_STORED_BYTES, but answers what is finished, and keeps nothing of what it refused', async () => {
      const gate = createGate()
      const file = createFakeSearcher('file', gate.search, { artifactTypes: ['file.content', 'net.uri'] })
      await start(file, { CTS_UPLOAD_FILES: 'true', CTS_MAX_STORED_BYTES: '1000000' })
      const upload = (bytes: number, fill: string) =>
        post(multipart(artifactPart({ type: 'file.content', value: 'x' }), filePart(Buffer.alloc(bytes, fill))))
      const first = await upload(700_000, 'a')
      assert.equal(first.status, 303)
      const error = 'Too many files wait already (CTS_MAX_STORED_BYTES): try again later'
      for (const fill of ['b', 'c']) assertRefused(await upload(400_000, fill), error)
      // far past it: the answer comes although the client has not sent it all
      assertRefused(await upload(20_000_000, 'd'), error)
      assert.equal((await upload(300_000, 'e')).status, 303)
      assert.equal((await postValue('http://small.example/')).status, 303)
      gate.open()
      await until(async () => (await get(first.body.id)).status === 200)
      await until(async () => (await upload(900_000, 'f')).status === 303)
    })

    it('waits for a quick search as long as CTS_SYNC_WAIT_MS, and no longer for a slow one', async () => {
      const { search, open } = createGate()
      const url = createFakeSearcher('url', async ({ value }) => (String(value).includes('slow') ? search() : [threat]))
      await start(url, { CTS_SYNC_WAIT_MS: '300' })
      const quick = await postValue('http://quick.example/')
      assert.deepEqual([quick.status, quick.body.hits], [200, [threat]])
      const begun = performance.now()
      const slow = await postValue('http://slow.example/')
      const ms = performance.now() - begun
      assert.deepEqual([slow.status, slow.body.hits], [303, []])
      assert.ok(ms >= 290 && ms < 5000, `${ms} ms`)
      open()
    })
  })
}

describeFull(
  'the memory store',
  () => ({}),
  async () => {},
)

const database = `cts-test-${randomUUID()}`
describeFull(
  'MongoDB',
  () => ({ MONGODB_URL: url!, MONGODB_DB: database }),
  async () => {
    const client = new MongoClient(url!)
    await client.db(database).dropDatabase()
    await client.close()
  },
)
