import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { createMemoryStore } from '../../src/core/store/memory/store.ts'
import { createFakeSearcher, createGate, threat } from './search/fake-searcher.ts'
import { createServiceUnderTest, type Choices, type ServiceUnderTest } from './service-under-test.ts'
import { until } from './until.ts'

const artifact = { type: 'net.uri', value: 'http://malware.example/' }

describe('the procedures', () => {
  let service: ServiceUnderTest
  afterEach(() => service.stop())

  const start = async (choices: Choices = {}) => {
    service = await createServiceUnderTest(choices)
    return service.caller
  }
  const finished = (id: string) => until(() => service.context.store.findResult(id))

  describe('scanArtifact', () => {
    it('answers a new artifact with an id and when to ask again', async () => {
      const caller = await start({ searchers: [createFakeSearcher('url', createGate().search)] })
      const { id, ...rest } = await caller.scanArtifact(artifact)
      assert.match(id, /^[A-Za-z0-9_-]{43}$/)
      assert.deepEqual(rest, { retry_secs: 5 })
    })

    it('answers with the hits once the search is done, and asks nobody again', async () => {
      const url = createFakeSearcher('url')
      const caller = await start({ searchers: [url] })
      const { id } = await caller.scanArtifact(artifact)
      await finished(id)
      assert.deepEqual(await caller.scanArtifact(artifact), { id, hits: [threat] })
      assert.equal(url.asked.length, 1)
    })

    it('gives artifacts that are the same one id, however their value is written', async () => {
      const url = createFakeSearcher('url', createGate().search, { artifactTypes: ['system.registry'] })
      const caller = await start({ searchers: [url] })
      const ids = await Promise.all(
        [
          { key: 'k', entry_name: 'n' },
          { entry_name: 'n', key: 'k', entry_value: null },
        ].map(async (value) => (await caller.scanArtifact({ type: 'system.registry', value })).id),
      )
      assert.equal(ids[0], ids[1])
    })

    it('gives artifacts of another type or value another id', async () => {
      const caller = await start()
      const ids = await Promise.all(
        [artifact, { ...artifact, type: 'net.name' }, { ...artifact, value: 'x' }].map(
          async (one) => (await caller.scanArtifact(one)).id,
        ),
      )
      assert.equal(new Set(ids).size, 3)
    })

    it('answers at once, with nothing, what no searcher looks up', async () => {
      const caller = await start({ searchers: [createFakeSearcher('url')] })
      const { id, ...rest } = await caller.scanArtifact({ type: 'net.moon', value: { any: ['thing'] } })
      assert.deepEqual(rest, { hits: [] })
      assert.equal(await service.context.store.findActive(id), undefined)
    })

    it('answers the connection test at once, whatever the searchers', async () => {
      const name = createFakeSearcher('name', undefined, { artifactTypes: ['net.name'] })
      const caller = await start({ searchers: [name] })
      const { hits, retry_secs } = await caller.scanArtifact({ type: 'net.name', value: 'localhost' })
      assert.deepEqual([hits, retry_secs, name.asked], [[], undefined, []])
    })

    it('waits a moment for a quick search when it is told to', async () => {
      const searchers = [createFakeSearcher('url', async () => [threat])]
      const caller = await start({ searchers, settings: { syncWaitMs: 60_000 } })
      assert.deepEqual((await caller.scanArtifact(artifact)).hits, [threat])
    })

    it('refuses a value of the wrong shape, and says where', async () => {
      const caller = await start()
      await assert.rejects(caller.scanArtifact({ type: 'net.port', value: 'http' }), {
        name: 'RpcError',
        code: 'BAD_REQUEST',
        message: 'The input is wrong: "value" must be a number',
        issues: [{ path: 'value', message: 'must be a number' }],
      })
    })

    it('says which searchers failed and why, and nothing of "nothing found"', async () => {
      const searchers = [
        createFakeSearcher('broken', async () => [{ props: [] }]),
        createFakeSearcher('url', async () => []),
      ]
      const caller = await start({ searchers })
      await finished((await caller.scanArtifact(artifact)).id)
      await assert.rejects(caller.scanArtifact(artifact), {
        code: 'BAD_GATEWAY',
        message:
          'Not every searcher could look: broken: its hits are wrong at 0.props: a hit needs at least one property with a value',
      })
    })

    it('says beside the hits of others what could not be asked', async () => {
      const caller = await start({
        searchers: [createFakeSearcher('broken', () => Promise.reject()), createFakeSearcher('url')],
      })
      const { id } = await caller.scanArtifact(artifact)
      await finished(id)
      const note = {
        type: 'string',
        name: 'Could not be asked',
        value: 'broken: an error of its own, which the log has',
      }
      assert.deepEqual(await caller.scanArtifact(artifact), { id, hits: [threat, { props: [note] }] })
    })

    it('searches again for what failed, once the failure is old enough, and answers a poll as before meanwhile', async () => {
      let time = Date.now()
      const { open, search } = createGate()
      let searches = 0
      const url = createFakeSearcher('url', () => (searches++ === 0 ? Promise.reject() : search()))
      const caller = await start({ searchers: [url], store: createMemoryStore({ now: () => time }) })
      const { id } = await caller.scanArtifact(artifact)
      await finished(id)
      time += 59_000
      await assert.rejects(caller.scanArtifact(artifact), { code: 'BAD_GATEWAY' })
      time += 2000
      assert.deepEqual(await caller.scanArtifact(artifact), { id, retry_secs: 5 })
      await assert.rejects(caller.scanResult({ id }), { code: 'BAD_GATEWAY' })
      open()
      await until(async () => (await service.context.store.findResult(id))?.stale === false)
      assert.deepEqual(await caller.scanResult({ id }), { id, hits: [threat] })
    })
  })

  describe('scanResult', () => {
    it('gives the hits there are so far, and the rest when all have looked', async () => {
      const { open, search } = createGate()
      const caller = await start({ searchers: [createFakeSearcher('slow', search), createFakeSearcher('quick')] })
      const { id } = await caller.scanArtifact(artifact)
      await until(async () => (await service.context.store.findActive(id))?.outcomes.length)
      assert.deepEqual(await caller.scanResult({ id }), { id, retry_secs: 5, hits: [threat] })
      open([])
      await finished(id)
      assert.deepEqual(await caller.scanResult({ id }), { id, hits: [threat] })
    })

    it('says "nothing found" when every searcher has looked', async () => {
      const caller = await start({ searchers: [createFakeSearcher('url', async () => [])] })
      const { id } = await caller.scanArtifact(artifact)
      await finished(id)
      assert.deepEqual(await caller.scanResult({ id }), { id, hits: [] })
    })

    it('knows no id that was never made', async () => {
      const caller = await start()
      await assert.rejects(caller.scanResult({ id: 'A'.repeat(43) }), { code: 'NOT_FOUND' })
    })

    it('asks the store for no id that cannot be one', async () => {
      const store = createMemoryStore()
      const caller = await start({ store: { ...store, findResult: () => Promise.reject(new Error('asked')) } })
      await assert.rejects(caller.scanResult({ id: '__proto__' }), { code: 'NOT_FOUND' })
    })
  })

  describe('queryCapabilities', () => {
    for (const uploadFiles of [true, false]) {
      it(`says that files are ${uploadFiles ? '' : 'not '}wanted`, async () => {
        const caller = await start({ settings: { uploadFiles } })
        assert.deepEqual(await caller.queryCapabilities(), { upload_file: uploadFiles })
      })
    }
  })
})
