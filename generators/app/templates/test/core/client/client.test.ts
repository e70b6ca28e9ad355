import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import * as v from 'valibot'
import { defineSource } from '../../../src/core/client/source.ts'
import { createMoonClient, full, moonAnswers } from './ask-moon.ts'
import { lookup, moon } from './moon.ts'

const status = (code: number) => {
  return () => HttpResponse.json({}, { status: code })
}

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

  it('takes another status for an answer where the request says so', async () => {
    const answer = () => HttpResponse.json({ phase: 'new' }, { status: 404 })
    assert.deepEqual(await createMoonClient().ask(moonAnswers(answer), { ...lookup, answers: [404] }), { phase: 'new' })
    await assert.rejects(createMoonClient().ask(moonAnswers(answer), lookup), {
      kind: 'unexpected_answer',
      message: 'Moon gave an unexpected answer: status 404',
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

  it('refuses a source that the searcher does not list', async () => {
    const sun = defineSource({ id: 'sun', title: 'Sun', url: 'https://sun.example' })
    await assert.rejects(createMoonClient().ask(moonAnswers(full), lookup, { from: sun }), {
      name: 'TypeError',
      message: 'Sun is asked by a searcher that does not list it in "sources"',
    })
  })
})
