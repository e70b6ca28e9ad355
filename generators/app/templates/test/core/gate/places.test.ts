import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { afterEach, describe, it } from 'node:test'
import { MongoClient } from 'mongodb'
import * as v from 'valibot'
import type { Upload } from '../../../src/core/context.ts'
import { defineSource } from '../../../src/core/client/source.ts'
import type { ArtifactType } from '../../../src/core/define.ts'
import { router } from '../../../src/core/router.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { createMongoStore } from '../../../src/core/store/mongodb/store.ts'
import { StoreUnavailableError, type Store } from '../../../src/core/store/store.ts'
import { createFakeSearcher, threat } from '../search/fake-searcher.ts'
import { createServiceUnderTest, type Choices, type ServiceUnderTest } from '../service-under-test.ts'
import { until } from '../until.ts'

const moon = defineSource({
  id: 'moon',
  title: 'Moon',
  url: 'https://moon.example',
  lookUp: {
    'net.uri': async (url, { ask }) => {
      await ask({ path: '/', query: { url }, schema: v.unknown() })
      return [threat]
    },
  },
})
const moonSearcher = { name: 'uri', artifactTypes: ['net.uri'], sources: [moon] } as const
const schema = v.unknown()

describe('the places of the gate', () => {
  const services: ServiceUnderTest[] = []
  /** The addresses that were asked. */
  let asked: string[] = []
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.stop()))
    asked = []
  })

  const start = async (choices: Choices) => {
    const fetch = async (address: Parameters<typeof globalThis.fetch>[0]) => {
      asked.push(String(address))
      return Response.json({})
    }
    const service = await createServiceUnderTest({ fetch, ...choices })
    services.push(service)
    return service
  }
  const finished = (store: Store, id: string) => until(async () => !(await store.findPending(id)))
  /** What came of a search. */
  const outcomesOf = async (
    { caller, context: { store } }: ServiceUnderTest,
    artifact: { type: string; value: unknown },
  ) => {
    const { id } = await caller.scanArtifact(artifact)
    await finished(store, id)
    return (await store.findResult(id))?.outcomes.map((outcome) =>
      'failure' in outcome ? outcome.failure : outcome.hits.length,
    )
  }

  describe('when a search is run', () => {
    it('it is decided by the settings of the replica that runs it, whichever has entered it', async (t) => {
      t.mock.timers.enable({ apis: ['setInterval'] })
      const store = createMemoryStore()
      const home = createFakeSearcher('home', async () => [])
      const searchers = [moonSearcher, home]
      const lax = await start({ searchers, store })
      const strict = await start({ searchers, store, env: { CTS_OWN: 'contoso.com' } })
      const kept: unknown[] = []
      strict.events.on('keptIn', (event) => kept.push(event.kept))
      await lax.context.runner.stop(0)
      const entered = await lax.caller.scanArtifact({ type: 'net.uri', value: 'http://contoso.com/' })
      assert.deepEqual([entered.retry_secs, entered.not_asked], [5, undefined])
      strict.context.runner.start()
      t.mock.timers.tick(1000)
      await finished(store, entered.id)
      const { hits, not_asked } = await strict.caller.scanResult({ id: entered.id })
      assert.deepEqual([hits, not_asked, asked, home.asked.length], [[], [{ source: 'moon', rule: 'own' }], [], 1])
      assert.deepEqual(kept, [[{ lookUp: 'moon', title: 'Moon', rule: 'own' }]])
    })

    it('a search of which nothing is left to ask is ended', async (t) => {
      t.mock.timers.enable({ apis: ['setInterval'] })
      const store = createMemoryStore()
      const lax = await start({ searchers: [moonSearcher], store })
      const strict = await start({ searchers: [moonSearcher], store, env: { MOON_ASK: 'never' } })
      await lax.context.runner.stop(0)
      const { id } = await lax.caller.scanArtifact({ type: 'net.uri', value: 'http://evil.example/' })
      strict.context.runner.start()
      t.mock.timers.tick(1000)
      await finished(store, id)
      assert.deepEqual((await strict.caller.scanResult({ id })).hits, [])
      assert.deepEqual(asked, [])
    })
  })

  describe('in the client', () => {
    const ours = { type: 'net.uri', value: 'http://contoso.com/' }
    const env = { CTS_OWN: 'contoso.com' }
    const relay = createFakeSearcher(
      'relay',
      async (_artifact, { ask }) => {
        await ask(moon, { path: '/', schema })
        return []
      },
      { asks: [moon] },
    )

    it('a source that may see less than the code that asks it is not asked', async () => {
      const service = await start({ searchers: [relay], env: { ...env, RELAY_MAY_SEE: 'own' } })
      const message = 'Moon may not see this artifact: moon was not asked (own)'
      assert.deepEqual(await outcomesOf(service, ours), [{ kind: 'kept_in', message }])
      assert.deepEqual(asked, [])
    })

    it('a source that may see a part is not asked by code that has the whole', async () => {
      const service = await start({ searchers: [relay], env: { ...env, RELAY_MAY_SEE: 'own' } })
      const outcomes = await outcomesOf(service, { ...ours, value: 'http://evil.example/?u=contoso.com' })
      const message = 'Moon may see this artifact only in part: moon was not asked'
      assert.deepEqual(outcomes, [{ kind: 'kept_in', message }])
      assert.deepEqual(asked, [])
    })

    it('a source that is switched off is not asked by code, either', async () => {
      const service = await start({ searchers: [relay], env: { MOON_ASK: 'never' } })
      const outcomes = await outcomesOf(service, { ...ours, value: 'http://evil.example/' })
      assert.deepEqual(outcomes, [{ kind: 'kept_in', message: 'Moon was not asked: MOON_ASK=never' }])
      assert.deepEqual(asked, [])
    })

    it('a source that a searcher does not list is not asked', async () => {
      const sly = createFakeSearcher('sly', async (_artifact, { ask }) => {
        await ask(moon, { path: '/', schema })
        return []
      })
      const service = await start({ searchers: [sly, moonSearcher], env: { ...env, MOON_ASK: 'never' } })
      assert.deepEqual(await outcomesOf(service, ours), [
        { kind: 'error', message: 'an error of its own, which the log has' },
      ])
      assert.deepEqual(asked, [])
    })

    it('an answer that leads elsewhere is not followed', async () => {
      const fetch = async (address: Parameters<typeof globalThis.fetch>[0], init?: RequestInit) => {
        asked.push(`${String(address)} ${init?.redirect}`)
        return new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/' } })
      }
      const service = await start({ searchers: [moonSearcher], fetch })
      const outcomes = await outcomesOf(service, { type: 'net.uri', value: 'http://evil.example/' })
      const message = 'Moon gave an unexpected answer: status 302'
      assert.deepEqual(outcomes, [{ kind: 'unexpected_answer', message }])
      assert.deepEqual(asked, ['https://moon.example/?url=http%3A%2F%2Fevil.example%2F manual'])
    })

    it('nothing is asked while the ledger cannot be written, and the look-up waits', async () => {
      const store = createMemoryStore()
      const insert = () => Promise.reject(new StoreUnavailableError('away'))
      const service = await start({
        searchers: [moonSearcher],
        store: { ...store, egress: { ...store.egress, insert } },
      })
      const putBack = new Promise((resolve) => service.events.once('searchPutBack', resolve))
      const { id } = await service.caller.scanArtifact({ type: 'net.uri', value: 'http://evil.example/' })
      await putBack
      assert.deepEqual([asked, (await store.findPending(id))?.outcomes], [[], []])
    })
  })

  describe('of a file', () => {
    const types: ArtifactType[] = ['file.content']

    /** What code gets of a file, by its reach. */
    const given = async (reach: 'own' | 'query', env: Record<string, string> = {}) => {
      const store = createMemoryStore()
      const seen: string[] = []
      const code = createFakeSearcher(
        'code',
        async ({ value }) => {
          const { name, content } = value as Extract<typeof value, { content: unknown }>
          seen.push(name)
          seen.push(await textOf(content()))
          return []
        },
        { reach, artifactTypes: types },
      )
      const { context } = await start({ searchers: [code], store, env: { CTS_UPLOAD_FILES: 'true', ...env } })
      const key = await store.files.write(Readable.from([Buffer.from('a plan')]), new AbortController().signal)
      const digests = { sha256: 'a1', sha1: 'b2', md5: 'c3' }
      const upload: Upload = { name: 'plan.doc', key, size: 6, ...digests, taken: false }
      const { id } = await router.scanArtifact.call({ ...context, upload }, { type: 'file.content', value: 'plan.doc' })
      await finished(store, id)
      const [outcome] = (await store.findResult(id))?.outcomes ?? []
      return [...seen, ...(outcome && 'failure' in outcome ? [outcome.failure.kind] : [])]
    }

    it('a source of our own gets name and content', async () => {
      assert.deepEqual(await given('own'), ['plan.doc', 'a plan'])
    })

    it('a public source gets the SHA-256 for a name, and fails when it reads the content', async () => {
      assert.deepEqual(await given('query'), ['a1', 'kept_in'])
    })

    it('a public source that may see files gets both', async () => {
      assert.deepEqual(await given('query', { CODE_MAY_SEE: 'file' }), ['plan.doc', 'a plan'])
    })
  })

  const url = process.env.MONGODB_URL
  it(
    '20 spellings of one URL at once, at three replicas, are one id, one search and one call of the canonical form',
    { skip: url ? false : 'MONGODB_URL is not set' },
    async () => {
      const database = `cts-test-${randomUUID()}`
      try {
        const open = () => createMongoStore(url!, database)
        const stores = await Promise.all([open(), open(), open()])
        const replicas = await Promise.all(stores.map((store) => start({ searchers: [moonSearcher], store })))
        let searches = 0
        for (const { events } of replicas) events.on('searchStarted', () => (searches += 1))
        const answers = await Promise.all(
          spellings.map((value, at) => replicas[at % 3]!.caller.scanArtifact({ type: 'net.uri', value })),
        )
        const [id = '', ...others] = new Set(answers.map((answer) => answer.id))
        assert.deepEqual(others, [])
        await finished(stores[0]!, id)
        assert.deepEqual(
          [searches, asked],
          [1, ['https://moon.example/?url=http%3A%2F%2Fevil.example%2FA%2Fb%3FQ%3D1']],
        )
        const told = await Readable.from(stores[1]!.egress.find({})).toArray()
        assert.equal(told.length, 1)
      } finally {
        await Promise.all(services.splice(0).map((service) => service.stop()))
        const client = new MongoClient(url!)
        await client.db(database).dropDatabase()
        await client.close()
      }
    },
  )
})

const spellings = [
  'http://evil.example/A/b?Q=1',
  'HTTP://evil.example/A/b?Q=1',
  'http://EVIL.Example/A/b?Q=1',
  'http://evil.example:80/A/b?Q=1',
  'http://evil.example./A/b?Q=1',
  'http://evil.example/A/b?Q=1#top',
  'http://jane@evil.example/A/b?Q=1',
  'http://jane:secret@evil.example/A/b?Q=1',
  'hxxp://evil.example/A/b?Q=1',
  'h**p://evil.example/A/b?Q=1',
  'hxxp[:]//evil.example/A/b?Q=1',
  'http[://]evil.example/A/b?Q=1',
  'http://evil[.]example/A/b?Q=1',
  'http://evil(dot)example/A/b?Q=1',
  'http://evil{.}example/A/b?Q=1',
  'evil.example/A/b?Q=1',
  ' http://evil.example/A/b?Q=1\n',
  '<http://evil.example/A/b?Q=1>',
  '"http://evil.example/A/b?Q=1"',
  'http://ev\u00adil.example/A/b?Q=1',
]
