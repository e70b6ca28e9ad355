import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse } from 'msw'
import { createEvents } from '../../../src/core/events.ts'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import { Runner } from '../../../src/core/search/runner.ts'
import { defineSearcher } from '../../../src/core/search/searcher.ts'
import { createClient } from '../../../src/core/client/client.ts'
import { defineSource } from '../../../src/core/client/source.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { server } from '../mocks/server.ts'
import { silentLog } from '../silent-log.ts'
import { runnerSettings } from '../search/runner-settings.ts'
import { createFakeClock } from './fake-clock.ts'
import { createLatch } from './latch.ts'
import { lookup } from './moon.ts'

const [well, down, hanging] = ['Well', 'Down', 'Hanging'].map((title) =>
  defineSource({ id: title.toLowerCase(), title, url: `https://${title.toLowerCase()}.example` }),
) as [ReturnType<typeof defineSource>, ReturnType<typeof defineSource>, ReturnType<typeof defineSource>]

const searchers = [well, down, hanging].map((source) =>
  defineSearcher({
    name: source.id,
    artifactTypes: ['net.uri'],
    sources: [source],
    async search(_artifact, { ask }) {
      const { phase } = await ask(source, lookup)
      return [hit(text('Source', source.title), text('Phase', phase))]
    },
  }),
)

describe('a search in several sources', () => {
  it('has the hits of the one that is well while another hangs, and says in the end what could not be asked', async () => {
    const clock = createFakeClock()
    const store = createMemoryStore()
    const events = createEvents()
    const runner = new Runner({
      store,
      dispatch: createDispatch(searchers),
      log: silentLog,
      events,
      settings: runnerSettings,
      createAsk: createClient({
        settingsOf: ({ url }) => ({ url, windows: [] }),
        turns: store.turns,
        events,
        callTimeoutMs: 30_000,
        clock,
      }),
    })
    const asked = createLatch()
    const search = { id: 'a', artifact: { type: 'net.uri', value: 'http://a.example' } }
    const found = { searcher: 'well', hits: [hit(text('Source', 'Well'), text('Phase', 'full'))] }
    const failed = {
      searcher: 'down',
      failure: { kind: 'unavailable' as const, message: 'Down is out of order (503)' },
    }

    await server.boundary(async () => {
      server.use(
        http.get(`${well.url}/*`, () => HttpResponse.json({ phase: 'full' })),
        http.get(`${down.url}/*`, () => HttpResponse.json({}, { status: 503 })),
        http.get(`${hanging.url}/*`, () => {
          asked.open()
          return new Promise<never>(() => {})
        }),
      )
      await runner.submit({ ...search, searchers: searchers.map(({ name }) => name) })
      await asked.promise
      while ((await store.findActive('a'))?.pending.length !== 1) await new Promise((resolve) => setImmediate(resolve))
    })()
    const { pending, outcomes } = (await store.findActive('a'))!
    assert.deepEqual(pending, ['hanging'])
    assert.deepEqual(new Set(outcomes), new Set([found, failed]))

    clock.expireDeadlines()
    await runner.settled('a', 60_000)
    const result = await store.findResult('a')
    assert.deepEqual(
      new Set(result?.outcomes),
      new Set([
        found,
        failed,
        {
          searcher: 'hanging',
          failure: { kind: 'timeout' as const, message: 'Hanging did not answer within 30 s' },
        },
      ]),
    )
    await runner.stop(0)
    await store.close()
  })
})
