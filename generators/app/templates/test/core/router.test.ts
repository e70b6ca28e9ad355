import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
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
      assert.deepEqual(rest, { retry_secs: 5, hits: [] })
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
      assert.equal(await service.context.store.findPending(id), undefined)
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

    it('does not read the result of a search that has ended here meanwhile', async () => {
      const store = createMemoryStore()
      const reads: string[] = []
      const findResult = (id: string) => {
        reads.push(id)
        return store.findResult(id)
      }
      const search = () => setImmediate([threat])
      const searchers = [createFakeSearcher('url', search)]
      const caller = await start({ searchers, store: { ...store, findResult }, settings: { syncWaitMs: 60_000 } })
      const { id, hits } = await caller.scanArtifact(artifact)
      assert.deepEqual(hits, [threat])
      // before it was entered, and before it ran
      assert.deepEqual(reads, [id, id])
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
          'Not every source could be asked: broken: its hits are wrong at 0.props: a hit needs at least one property with a value',
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

    it('asks again for what failed alone, once the failure is old enough, and says meanwhile that it goes on', async () => {
      let time = Date.now()
      const { open, search } = createGate()
      let searches = 0
      const url = createFakeSearcher('url', () => (searches++ === 0 ? Promise.reject() : search()))
      const other = createFakeSearcher('other')
      const store = createMemoryStore({ now: () => time })
      const caller = await start({ searchers: [url, other], store })
      const { id } = await caller.scanArtifact(artifact)
      await finished(id)
      time += 59_000
      const failure = {
        type: 'string',
        name: 'Could not be asked',
        value: 'url: an error of its own, which the log has',
      }
      assert.deepEqual((await caller.scanArtifact(artifact)).hits, [threat, { props: [failure] }])
      time += 2000
      const pending = { id, retry_secs: 5, hits: [threat] }
      assert.deepEqual(await caller.scanArtifact(artifact), pending)
      assert.deepEqual(await caller.scanResult({ id }), pending)
      open([])
      await until(async () => !(await store.findPending(id)))
      assert.deepEqual(await caller.scanResult({ id }), { id, hits: [threat] })
      assert.deepEqual([url.asked.length, other.asked.length], [2, 1])
    })

    it('asks a source alone that was added later, and shows no old answer meanwhile', async () => {
      const { open, search } = createGate()
      const store = createMemoryStore()
      const [old, added] = [createFakeSearcher('old'), createFakeSearcher('added', search)]
      const { id } = await (await start({ searchers: [old], store })).scanArtifact(artifact)
      await finished(id)
      const caller = await start({ searchers: [old, added], store })
      const pending = { id, retry_secs: 5, hits: [threat] }
      assert.deepEqual(await caller.scanArtifact(artifact), pending)
      assert.deepEqual(await caller.scanResult({ id }), pending)
      open([])
      await until(async () => !(await store.findPending(id)))
      assert.deepEqual(await caller.scanResult({ id }), { id, hits: [threat] })
      assert.deepEqual([old.asked.length, added.asked.length], [1, 1])
    })

    it('ignores what a source found that has been taken out', async () => {
      const store = createMemoryStore()
      const [kept, gone] = [createFakeSearcher('kept', async () => []), createFakeSearcher('gone')]
      const { id } = await (await start({ searchers: [kept, gone], store })).scanArtifact(artifact)
      await finished(id)
      const caller = await start({ searchers: [kept], store })
      assert.deepEqual(await caller.scanArtifact(artifact), { id, hits: [] })
      assert.deepEqual(await caller.scanResult({ id }), { id, hits: [] })
    })

    it('keeps old hits, and says as of when, where their source cannot be asked again', async () => {
      let time = Date.UTC(2026, 0, 1)
      const store = createMemoryStore({ now: () => time })
      let fails = false
      const url = createFakeSearcher('url', async () => (fails ? Promise.reject() : [threat]))
      const caller = await start({ searchers: [url], store })
      const { id } = await caller.scanArtifact(artifact)
      await finished(id)
      time += 3_601_000
      fails = true
      assert.deepEqual(await caller.scanArtifact(artifact), { id, retry_secs: 5, hits: [] })
      await until(async () => !(await store.findPending(id)))
      const asOf = { type: 'string', name: 'As of', value: '2026-01-01T00:00:00.000Z' }
      const note = {
        type: 'string',
        name: 'Could not be asked again',
        value: 'url: an error of its own, which the log has',
      }
      const { hits } = await caller.scanResult({ id })
      assert.deepEqual(
        hits.map(({ props }) =>
          props.map(({ name, value }) => [name, name === 'As of' ? String(value).slice(0, 19) : value]),
        ),
        [
          [
            ['Threat', 'malware'],
            ['As of', asOf.value.slice(0, 19)],
          ],
          [[note.name, note.value]],
        ],
      )
    })

    it('tells a failure of an optional source beside hits alone', async () => {
      const broken = createFakeSearcher('broken', () => Promise.reject(), { optional: true })
      const caller = await start({ searchers: [broken, createFakeSearcher('url', async () => [])] })
      const { id } = await caller.scanArtifact(artifact)
      await finished(id)
      assert.deepEqual(await caller.scanResult({ id }), { id, hits: [] })
    })

    it('answers 503 when too much waits, but what is finished or waits already', async () => {
      const { search } = createGate()
      const caller = await start({ searchers: [createFakeSearcher('url', search)], env: { CTS_MAX_WAITING: '1' } })
      const first = await caller.scanArtifact(artifact)
      assert.deepEqual(await caller.scanArtifact(artifact), first)
      await assert.rejects(caller.scanArtifact({ ...artifact, value: 'http://other.example/' }), {
        code: 'SERVICE_UNAVAILABLE',
        message: 'Too many searches wait already (CTS_MAX_WAITING): try again later',
      })
    })
  })

  describe('scanResult', () => {
    it('gives the hits there are so far, and the rest when all have looked', async () => {
      const { open, search } = createGate()
      const caller = await start({ searchers: [createFakeSearcher('slow', search), createFakeSearcher('quick')] })
      const { id } = await caller.scanArtifact(artifact)
      await until(async () => (await service.context.store.findPending(id))?.outcomes.length)
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
