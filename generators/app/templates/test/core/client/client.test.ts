import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import * as v from 'valibot'
import { defineSource } from '../../../src/core/client/source.ts'
import { answersOf, createMoonClient, full, moonAnswers, status } from './ask-moon.ts'
import { createLatch } from './latch.ts'
import { lookup, moon } from './moon.ts'

const sun = defineSource({ id: 'sun', title: 'Sun', url: 'https://sun.example', lookUp: {} })
const sunAnswers = answersOf(sun, () => HttpResponse.json({ phase: 'always' }))

describe('asking a source', () => {
  it('sends a GET with the key, and gives what the schema makes of the answer', async () => {
    const { ask, requests } = createMoonClient()
    const answer = () => HttpResponse.json({ phase: 'full', noise: 1 })
    const request = { ...lookup, query: { name: 'a&b ä' }, headers: { 'X-More': '1' } }
    assert.deepEqual(await ask(moonAnswers(answer), request), { phase: 'full' })
    const [{ method, url, headers }] = requests as [Request]
    assert.deepEqual([method, url], ['GET', 'https://moon.example/look?name=a%26b+%C3%A4'])
    assert.deepEqual(
      ['x-key', 'x-more', 'accept'].map((name) => headers.get(name)),
      ['secret', '1', 'application/json'],
    )
    assert.match(headers.get('user-agent')!, /^[\w-]+\/\d+\.\d+\.\d+$/)
  })

  it('sends a list of a query as the same name several times', async () => {
    const { ask, requests } = createMoonClient()
    await ask(moonAnswers(full), { ...lookup, query: { type: ['a', 'b'], name: 'c' } })
    assert.equal(requests[0]!.url, 'https://moon.example/look?type=a&type=b&name=c')
  })

  it('sends a form by POST', async () => {
    const { ask, requests } = createMoonClient()
    await ask(moonAnswers(full), { ...lookup, form: { name: 'a&b' } })
    const [request] = requests as [Request]
    assert.deepEqual([request.method, await request.text()], ['POST', 'name=a%26b'])
    assert.match(request.headers.get('content-type')!, /^application\/x-www-form-urlencoded\b/)
  })

  it('sends JSON by POST', async () => {
    const { ask, requests } = createMoonClient()
    await ask(moonAnswers(full), { ...lookup, json: { name: 'a' } })
    const [request] = requests as [Request]
    assert.deepEqual([request.method, await request.text()], ['POST', '{"name":"a"}'])
    assert.equal(request.headers.get('content-type'), 'application/json')
  })

  it('sends the key after what the source wants before it', async () => {
    const bearer = { ...moon, key: { ...moon.key!, header: 'Authorization', prefix: 'Bearer ' } }
    const { ask, requests } = createMoonClient({ source: bearer })
    await ask(moonAnswers(full), lookup)
    assert.equal(requests[0]!.headers.get('authorization'), 'Bearer secret')
  })

  it('sends no key to a source that goes without', async () => {
    const { key: _, ...keyless } = moon
    const { ask, requests } = createMoonClient({ source: keyless })
    await ask(moonAnswers(full), lookup)
    assert.equal(requests[0]!.headers.get('x-key'), null)
  })

  it('asks without a key where the source answers without one too', async () => {
    const source = { ...moon, key: { ...moon.key!, optional: true } }
    const { ask, requests } = createMoonClient({ source, settings: { keys: [] } })
    await ask(moonAnswers(full), lookup)
    assert.equal(requests[0]!.headers.get('x-key'), null)
  })

  it('does not ask a source without the key that it needs', async () => {
    const { ask, requests } = createMoonClient({ settings: { keys: [] } })
    await assert.rejects(ask(moonAnswers(full), lookup), {
      kind: 'key_refused',
      message: 'Moon needs a key: set MOON_API_KEY',
    })
    assert.deepEqual(requests, [])
  })

  it('does not ask an own instance whose address nobody has set', async () => {
    const { url: _, ...own } = moon
    const { ask, requests } = createMoonClient({ source: own })
    await assert.rejects(ask(moonAnswers(full), lookup), {
      kind: 'key_refused',
      message: 'Moon needs an address: set MOON_API_URL',
    })
    assert.deepEqual(requests, [])
  })

  it('uses the key whose turn it is, so that several share the load', async () => {
    const quotas = ['a', 'b'].map((key) => ({ name: `moon:${key}`, windows: [] }))
    const { ask, requests } = createMoonClient({ settings: { keys: ['one', 'other'], quotas } })
    for (let n = 0; n < 4; n++) await ask(moonAnswers(full), lookup)
    const [, turn] = quotas
    await ask(moonAnswers(full), lookup, { turn: { quota: turn!, alone: false } })
    assert.deepEqual(
      requests.map(({ headers }) => headers.get('x-key')),
      ['one', 'other', 'one', 'other', 'other'],
    )
  })

  it('asks with another key while one is refused', async () => {
    const quotas = ['a', 'b'].map((key) => ({ name: `moon:${key}`, windows: [] }))
    const { ask, requests } = createMoonClient({ settings: { keys: ['one', 'other'], quotas } })
    await assert.rejects(ask(moonAnswers(status(429)), lookup), { name: 'RetryLater' })
    for (let n = 0; n < 2; n++) await ask(moonAnswers(full), lookup)
    assert.deepEqual(
      requests.map(({ headers }) => headers.get('x-key')),
      ['one', 'other', 'other'],
    )
  })

  it('takes another status for an answer where the request says so', async () => {
    const answer = () => HttpResponse.json({ phase: 'new' }, { status: 404 })
    assert.deepEqual(await createMoonClient().ask(moonAnswers(answer), { ...lookup, answers: [404] }), { phase: 'new' })
    await assert.rejects(createMoonClient().ask(moonAnswers(answer), lookup), {
      kind: 'unexpected_answer',
      message: 'Moon gave an unexpected answer: status 404',
    })
  })

  describe('that answers without a body', () => {
    const request = { ...lookup, answers: [404], ifEmpty: { phase: 'none' } }
    for (const code of [200, 204, 404]) {
      it(`takes ${code} for what the request says`, async () => {
        const empty = () => new HttpResponse(null, { status: code })
        assert.deepEqual(await createMoonClient().ask(moonAnswers(empty), request), { phase: 'none' })
      })
    }

    it('takes white space for no body', async () => {
      const blank = () => new HttpResponse(' \n')
      assert.deepEqual(await createMoonClient().ask(moonAnswers(blank), request), { phase: 'none' })
    })

    it('fails where the request says nothing of it', async () => {
      const empty = () => new HttpResponse(null, { status: 204 })
      await assert.rejects(createMoonClient().ask(moonAnswers(empty), lookup), {
        kind: 'unexpected_answer',
        message: 'Moon gave an unexpected answer: it is empty',
      })
    })

    it('fails with another status all the same', async () => {
      const empty = () => new HttpResponse(null, { status: 400 })
      await assert.rejects(createMoonClient().ask(moonAnswers(empty), request), {
        message: 'Moon gave an unexpected answer: status 400',
      })
    })
  })

  it('takes a body that is there as the schema says, whatever an empty one means', async () => {
    const request = { ...lookup, ifEmpty: { phase: 'none' } }
    assert.deepEqual(await createMoonClient().ask(moonAnswers(full), request), { phase: 'full' })
    await assert.rejects(createMoonClient().ask(moonAnswers(status(200)), request), {
      message: 'Moon gave an unexpected answer: phase is not as expected',
    })
  })

  it('checks the schema only after the status', async () => {
    const { ask } = createMoonClient()
    await assert.rejects(ask(moonAnswers(status(401)), lookup), {
      kind: 'key_refused',
      message: 'Moon refused the key: check MOON_API_KEY',
    })
  })

  it('says where an answer is not as expected, and not what is there', async () => {
    const schema = v.object({ data: v.object({ score: v.number() }) })
    const answer = () => HttpResponse.json({ data: { score: 'private' } })
    await assert.rejects(createMoonClient().ask(moonAnswers(answer), { path: '/look', schema }), {
      kind: 'unexpected_answer',
      message: 'Moon gave an unexpected answer: data.score is not as expected',
    })
  })

  it('says where in the branch of a union that comes nearest', async () => {
    const known = v.object({ entry: v.object({ list: v.array(v.string()) }), verdict: v.string() })
    const schema = v.union([v.object({ message: v.literal('unknown') }), known])
    const cases: [answer: object, place: string][] = [
      [{ entry: { list: 5 }, verdict: 'bad' }, 'entry.list'],
      [{ entry: { list: ['a', 1] }, verdict: 'bad' }, 'entry.list.1'],
      [{ message: 'out of order' }, 'message'],
      [{ entry: null, verdict: 'bad' }, 'entry'],
      [[], 'message'],
    ]
    for (const [body, place] of cases) {
      const answer = () => HttpResponse.json({ data: body })
      const request = { path: '/look', schema: v.object({ data: schema }) }
      await assert.rejects(createMoonClient().ask(moonAnswers(answer), request), {
        message: `Moon gave an unexpected answer: data.${place} is not as expected`,
      })
    }
  })

  it('does not follow a redirect, which would take the key elsewhere', async () => {
    const { ask, requests } = createMoonClient()
    const elsewhere = () => new HttpResponse(null, { status: 302, headers: { location: 'https://elsewhere.example/' } })
    await assert.rejects(ask(moonAnswers(elsewhere), lookup), {
      kind: 'unexpected_answer',
      message: 'Moon gave an unexpected answer: status 302',
    })
    assert.equal(requests.length, 1)
  })

  it('reads no further than an answer can be long', async () => {
    let pulled = 0
    const endless = () =>
      new HttpResponse(
        new ReadableStream({
          pull(controller) {
            pulled += 1
            controller.enqueue(new Uint8Array(1_000_000))
          },
        }),
      )
    await assert.rejects(createMoonClient().ask(moonAnswers(endless), lookup), {
      kind: 'unexpected_answer',
      message: 'Moon gave an unexpected answer: longer than 5000000 bytes',
    })
    assert.ok(pulled < 20, `${pulled} MB were read`)
  })

  it('asks a further source that the look-up names', async () => {
    const { lookUp, requests } = createMoonClient({ others: [sun] })
    const answer = await lookUp([moonAnswers(full), sunAnswers], (ask) => ask(sun, lookup), { asks: [sun] })
    assert.deepEqual([answer, requests[0]!.url], [{ phase: 'always' }, 'https://sun.example/look'])
  })

  it('refuses a source that the look-up does not name', async () => {
    const { lookUp, requests } = createMoonClient({ others: [sun] })
    await assert.rejects(
      lookUp(sunAnswers, (ask) => ask(sun, lookup)),
      { name: 'TypeError', message: 'Sun is asked by a look-up that does not name it in "asks"' },
    )
    assert.deepEqual(requests, [])
  })

  it('has code of its own name the source', async () => {
    const { lookUp } = createMoonClient()
    const asker = { source: undefined, asks: [moon] }
    assert.deepEqual(await lookUp(moonAnswers(full), (ask) => ask(moon, lookup), asker), { phase: 'full' })
    await assert.rejects(
      lookUp(moonAnswers(full), (ask) => ask(lookup), asker),
      { name: 'TypeError', message: /names the source that it asks/ },
    )
  })

  it('tells of each call how it ended', async () => {
    const { ask, calls } = createMoonClient()
    await ask(
      moonAnswers(status(503), () => HttpResponse.error(), full),
      lookup,
    )
    assert.deepEqual(calls, [
      { source: 'moon', status: 503, ms: 0 },
      { source: 'moon', status: 'unavailable', ms: 0 },
      { source: 'moon', status: 200, ms: 0 },
    ])
  })
})

describe('the calls of one look-up', () => {
  it('go one after the other to one source, so that they take one place, and beside each other to several', async () => {
    const { lookUp, requests } = createMoonClient({ others: [sun] })
    const [asked, answer] = [createLatch(), createLatch<Response>()]
    const slow = () => {
      asked.open()
      return answer.promise
    }
    const urls = () => requests.map(({ url }) => url)
    await lookUp(
      [moonAnswers(slow, full), sunAnswers],
      async (ask) => {
        const [first, second] = [ask({ ...lookup, path: '/1' }), ask({ ...lookup, path: '/2' })]
        await Promise.all([asked.promise, ask(sun, lookup)])
        assert.deepEqual(urls(), ['https://moon.example/1', 'https://sun.example/look'])
        answer.open(full())
        await Promise.all([first, second])
        assert.deepEqual(urls().slice(2), ['https://moon.example/2'])
      },
      { asks: [sun] },
    )
  })

  it('go on after one that failed', async () => {
    const { lookUp } = createMoonClient()
    const answers = await lookUp(moonAnswers(status(404), full), (ask) =>
      Promise.allSettled([ask(lookup), ask(lookup)]),
    )
    assert.deepEqual(
      answers.map((answer) => answer.status),
      ['rejected', 'fulfilled'],
    )
  })

  it('do not end the process when one fails that nobody waits for any more', async () => {
    const { lookUp, requests } = createMoonClient()
    await assert.rejects(
      lookUp(moonAnswers(status(404)), async (ask) => {
        const [first, second] = [ask(lookup), ask(lookup)]
        await first
        await second
      }),
      { kind: 'unexpected_answer' },
    )
    // an unhandled rejection would fail this test
    while (requests.length < 2) await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
  })
})
