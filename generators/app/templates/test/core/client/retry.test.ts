import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'
import { createMoonClient, full, moonAnswers, status } from './ask-moon.ts'
import { closedPort } from './closed-port.ts'
import { createFakeClock } from './fake-clock.ts'
import { lookup } from './moon.ts'

const away = () => Promise.reject(new StoreUnavailableError('away'))
const outOfOrder = { name: 'SourceError', kind: 'unavailable', message: 'Moon is out of order (503)' }

describe('asking a source that fails', () => {
  for (const code of [408, 500, 503]) {
    it(`tries again after ${code}, with a pause that grows`, async () => {
      const { ask, requests, clock } = createMoonClient()
      assert.deepEqual(await ask(moonAnswers(status(code), status(code), full), lookup), { phase: 'full' })
      assert.deepEqual([requests.length, clock.waits], [3, [375, 750]])
    })
  }

  it('tries again after a network error', async () => {
    const { ask, requests } = createMoonClient()
    await ask(
      moonAnswers(() => HttpResponse.error(), full),
      lookup,
    )
    assert.equal(requests.length, 2)
  })

  it('gives up after three tries', async () => {
    const { ask, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(status(503)), lookup), outOfOrder)
    assert.equal(requests.length, 3)
  })

  it('sends a POST once, unless it says that it may be repeated', async () => {
    const { ask, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(status(503)), { ...lookup, json: {} }), outOfOrder)
    assert.equal(requests.length, 1)
    await ask(moonAnswers(status(503), full), { ...lookup, json: {}, repeatable: true })
    assert.equal(requests.length, 3)
  })

  it('does not try again before the source says that it is well, if that is soon', async () => {
    const { ask, clock } = createMoonClient()
    await ask(moonAnswers(status(503, { 'retry-after': '4' }), status(503), full), lookup)
    assert.deepEqual(clock.waits, [4000, 750])
  })

  it('takes a turn for each try, and says what is wrong if there is none left', async () => {
    const quotas = [{ name: 'moon', windows: [{ calls: 2, ms: 3_600_000 }] }]
    const { ask, requests } = createMoonClient({ settings: { quotas } })
    await assert.rejects(ask(moonAnswers(status(503)), lookup), outOfOrder)
    assert.equal(requests.length, 2)
  })

  for (const code of [400, 401, 404, 422]) {
    it(`does not try again after ${code}`, async () => {
      const { ask, requests } = createMoonClient()
      await assert.rejects(ask(moonAnswers(status(code)), lookup), { name: 'SourceError' })
      assert.equal(requests.length, 1)
    })
  }

  it('does not try again after a call that took too long, its body included', async () => {
    const { ask, requests, clock } = createMoonClient()
    const hanging = () => {
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(new TextEncoder().encode('{'))
          clock.expireDeadlines()
          return new Promise(() => {})
        },
      })
      return new HttpResponse(body)
    }
    await assert.rejects(ask(moonAnswers(hanging), lookup), {
      kind: 'timeout',
      message: 'Moon did not answer within 30 s',
    })
    assert.equal(requests.length, 1)
  })

  it('ends with the reason of its signal, during a call', async () => {
    const abort = new AbortController()
    const reason = new Error('the time of the search is up')
    const hanging = () => {
      abort.abort(reason)
      return new Promise<never>(() => {})
    }
    const { ask, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(hanging), lookup, { signal: abort.signal }), reason)
    assert.equal(requests.length, 1)
  })

  it('ends with the reason of its signal, during a pause', async () => {
    const abort = new AbortController()
    const reason = new Error('the time of the search is up')
    const clock = {
      ...createFakeClock(),
      async sleep(_ms: number, signal: AbortSignal) {
        abort.abort(reason)
        signal.throwIfAborted()
      },
    }
    const { ask, requests } = createMoonClient({ clock })
    await assert.rejects(ask(moonAnswers(status(500)), lookup, { signal: abort.signal }), reason)
    assert.equal(requests.length, 1)
  })

  it('names a code of the network, but no address', async () => {
    const { ask } = createMoonClient({ settings: { url: `http://127.0.0.1:${await closedPort()}` } })
    await assert.rejects(ask(moonAnswers(full), { ...lookup, query: { secret: 'x' } }), {
      kind: 'unavailable',
      message: 'Moon is out of reach (ECONNREFUSED): check the network, the proxy and MOON_API_URL',
    })
  })

  it('does not send its reader to the network for a compressed answer that is broken', async () => {
    const source = createServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip')
    })
    await once(source.listen(0, '127.0.0.1'), 'listening')
    try {
      const { port } = source.address() as AddressInfo
      const { ask } = createMoonClient({ settings: { url: `http://127.0.0.1:${port}` } })
      await assert.rejects(ask(moonAnswers(full), lookup), {
        kind: 'unavailable',
        message: 'Moon is out of reach (Z_DATA_ERROR): its answer is compressed, and broken',
      })
    } finally {
      source.close()
      source.closeAllConnections()
    }
  })

  it('does not ask while the store, which knows whose turn it is, is away', async () => {
    const { ask, requests } = createMoonClient({ rates: { update: away } })
    await assert.rejects(ask(moonAnswers(full), lookup), { name: 'StoreUnavailableError' })
    assert.equal(requests.length, 0)
  })

  it('keeps an answer that came while the store went away', async () => {
    const turn = { quota: { name: 'moon', windows: [] }, at: 0, alone: true }
    const { ask } = createMoonClient({ rates: { update: away }, settings: { quotas: [turn.quota] } })
    assert.deepEqual(await ask(moonAnswers(full), lookup, { turn }), { phase: 'full' })
  })

  it('takes as long as its own setting says', async () => {
    const { ask, clock } = createMoonClient({ settings: { timeoutMs: 5000 } })
    const hanging = () => {
      clock.expireDeadlines()
      return new Promise<never>(() => {})
    }
    await assert.rejects(ask(moonAnswers(hanging), lookup), { message: 'Moon did not answer within 5 s' })
    assert.deepEqual(clock.deadlines, [5000])
  })
})
