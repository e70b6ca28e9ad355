import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http } from 'msw'
import { defineSource, type Source } from '../../../src/core/client/source.ts'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import type { Outcome } from '../../../src/core/protocol/outcome.ts'
import { defineSearcher } from '../../../src/core/search/searcher.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { server } from '../mocks/server.ts'
import { createReplica } from '../search/replica.ts'
import { searchOf } from '../store/new-search.ts'
import { until } from '../until.ts'
import { answersOf, full, status } from './ask-moon.ts'
import { createFakeClock } from './fake-clock.ts'
import { createLatch } from './latch.ts'
import { lookup } from './moon.ts'

const source = (title: string): Source => {
  const id = title.toLowerCase()
  return defineSource({
    id,
    title,
    url: `https://${id}.example`,
    lookUp: { 'net.uri': async (_uri, { ask }) => [hit(text('Phase', (await ask(lookup)).phase))] },
  })
}
const [well, down, hanging] = [source('Well'), source('Down'), source('Hanging')]
const searcher = defineSearcher({ name: 'url', artifactTypes: ['net.uri'], sources: [well, down, hanging] })

/** Outcomes without their times, by look-up. */
function whatOf(outcomes: readonly Outcome[]): Record<string, object> {
  return Object.fromEntries(outcomes.map(({ lookUp, at: _at, freshUntil: _freshUntil, ...what }) => [lookUp, what]))
}

describe('a search in several sources', () => {
  it('has the hits of the one that is well while another hangs, and says in the end what could not be asked', async () => {
    const clock = createFakeClock()
    const store = createMemoryStore()
    const runner = await createReplica(searcher, { store, clock })
    const asked = createLatch()
    const found = {
      well: { hits: [hit(text('Source', 'Well'), text('Phase', 'full'))] },
      down: { failure: { kind: 'unavailable', message: 'Down is out of order (503)' } },
    }

    await server.boundary(async () => {
      server.use(
        answersOf(well, full),
        answersOf(down, status(503)),
        http.get(`${hanging.url}/*`, () => {
          asked.open()
          return new Promise<never>(() => {})
        }),
      )
      await runner.submit(searchOf('a', ['well', 'down', 'hanging']))
      await asked.promise
      await until(async () => (await store.findPending('a'))?.outcomes.length === 2)
    })()
    assert.deepEqual(whatOf((await store.findPending('a'))!.outcomes), found)

    clock.expireDeadlines()
    await runner.settled('a', 60_000)
    const result = await store.findResult('a')
    assert.deepEqual(whatOf(result!.outcomes), {
      ...found,
      hanging: { failure: { kind: 'timeout', message: 'Hanging did not answer within 30 s' } },
    })
    await runner.stop(0)
    await store.close()
  })
})
