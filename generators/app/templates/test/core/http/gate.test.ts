import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { createFakeSearcher, threat } from '../search/fake-searcher.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { createServiceUnderTest, type Choices, type ServiceUnderTest } from '../service-under-test.ts'
import { until } from '../until.ts'
import type { ReceivedBody } from './client.ts'

const own = { CTS_OWN: 'contoso.com' }
const ours = { type: 'net.uri', value: 'http://www.contoso.com/' }

const home = (...[search]: [Parameters<typeof createFakeSearcher>[1]?]) => createFakeSearcher('home', search)
const moon = (...[search]: [Parameters<typeof createFakeSearcher>[1]?]) =>
  createFakeSearcher('moon', search, { reach: 'query' })
const nothing = async () => []
const broken = () => Promise.reject(new Error('broken'))
const notAsked = (value: string) => ({ props: [{ type: 'string', name: 'Not asked', value }] })

/** What a procedure answers in tRPC's format. */
interface Data {
  id: string
  not_asked?: { source: string; rule: string }[]
}

describe('what the gate keeps in', () => {
  let service: ServiceUnderTest
  afterEach(() => service.stop())

  const start = async (choices: Choices) => {
    service = await createServiceUnderTest({ env: own, ...choices })
  }
  const answerOf = async (response: Response) => ({
    status: response.status,
    body: (await response.json()) as ReceivedBody,
  })
  const post = async (artifact: object) =>
    answerOf(await service.app.request('/', { method: 'POST', body: JSON.stringify(artifact) }))
  const get = async (id: string) => answerOf(await service.app.request(`/${id}`))
  /** The answer once the search is done, which is the same to both. */
  const settled = async (artifact: object) => {
    const { status, body } = await post(artifact)
    assert.equal(status, 303)
    await until(async () => !(await service.context.store.findPending(body.id)))
    const answer = await get(body.id)
    assert.deepEqual(await post(artifact), answer)
    return answer
  }
  const trpc = async (artifact: object): Promise<Data> => {
    const response = await service.app.request('/trpc/scanArtifact', { method: 'POST', body: JSON.stringify(artifact) })
    return ((await response.json()) as { result: { data: Data } }).result.data
  }

  describe('from every source', () => {
    it('is answered 200 without hits at once, and nothing is stored or asked', async () => {
      const source = moon()
      await start({ searchers: [source] })
      const { status, body } = await post(ours)
      assert.deepEqual([status, Object.keys(body), body.hits, source.asked], [200, ['id', 'hits'], [], []])
      const { store } = service.context
      assert.deepEqual([await store.findPending(body.id), await store.findResult(body.id)], [undefined, undefined])
      assert.equal((await get(body.id)).status, 404)
      assert.equal(await store.countActive(), 0)
    })

    it('is answered 400 when it is malformed, with what is wrong and without the value', async () => {
      await start({ searchers: [createFakeSearcher('moon', undefined, { reach: 'query', artifactTypes: ['net.ip'] })] })
      const { status, body } = await post({ type: 'net.ip', value: '010.20.30.40' })
      assert.deepEqual(
        [status, body],
        [
          400,
          {
            error: 'The input is wrong: "value" is no IP address',
            code: 'BAD_REQUEST',
            issues: [{ path: 'value', message: 'is no IP address' }],
          },
        ],
      )
    })

    it('is told to the metrics and the log, but for its value', async () => {
      await start({ searchers: [moon()] })
      const kept: unknown[] = []
      service.events.on('keptIn', (event) => kept.push(event.kept))
      await post(ours)
      assert.deepEqual(kept, [[{ lookUp: 'moon', title: 'moon', rule: 'own' }]])
    })
  })

  describe('from some sources', () => {
    it('is told beside the hits of others in one hit, with why', async () => {
      const sources = [moon(), createFakeSearcher('sun', undefined, { reach: 'query' }), home()]
      await start({ searchers: sources })
      const { status, body } = await settled(ours)
      const note = notAsked('moon: one of our own addresses; sun: one of our own addresses')
      assert.deepEqual([status, body], [200, { id: body.id, hits: [threat, note] }])
      assert.deepEqual(sources[0]?.asked, [])
    })

    it('is not told where the others found nothing', async () => {
      await start({ searchers: [moon(), home(nothing)] })
      const { status, body } = await settled(ours)
      assert.deepEqual([status, body], [200, { id: body.id, hits: [] }])
    })

    it('is not told where another failed: only failures are', async () => {
      await start({ searchers: [moon(), home(broken)] })
      const { status, body } = await settled(ours)
      const error = 'Not every source could be asked: home: an error of its own, which the log has'
      assert.deepEqual([status, body], [502, { error, code: 'BAD_GATEWAY' }])
    })

    it('is looked up as it came by those that may see it, although it is malformed', async () => {
      const source = home()
      await start({ searchers: [source, moon()] })
      const { body } = await settled({ type: 'net.uri', value: 'not a url' })
      assert.deepEqual(source.asked, [{ type: 'net.uri', value: 'not a url' }])
      assert.deepEqual(body.hits, [threat, notAsked('moon: not what its type says')])
    })

    it('is known to whoever asks in tRPC’s format, before the search is done and after', async () => {
      await start({ searchers: [moon(), home()] })
      const expected = [{ source: 'moon', rule: 'own' }]
      const { id, not_asked } = await trpc(ours)
      assert.deepEqual(not_asked, expected)
      await until(async () => !(await service.context.store.findPending(id)))
      assert.deepEqual((await trpc(ours)).not_asked, expected)
      const input = encodeURIComponent(JSON.stringify({ id }))
      const response = await service.app.request(`/trpc/scanResult?input=${input}`)
      assert.deepEqual(((await response.json()) as { result: { data: Data } }).result.data.not_asked, expected)
      assert.deepEqual(Object.keys((await post(ours)).body), ['id', 'hits'])
    })
  })

  it('is worked out anew at each POST, and what was found before stays readable', async () => {
    const store = createMemoryStore()
    await start({ searchers: [moon(), home(nothing)], store, env: {} })
    const { body } = await settled(ours)
    assert.deepEqual(body.hits, [threat])
    const before = service
    await start({ searchers: [moon(), home(nothing)], store })
    assert.deepEqual((await get(body.id)).body, { id: body.id, hits: [threat] })
    assert.deepEqual((await post(ours)).body, { id: body.id, hits: [] })
    await before.stop()
  })

  it('may be seen all the same by a source whose settings say so', async () => {
    const [source, other] = [moon(), createFakeSearcher('sun', undefined, { reach: 'query' })]
    await start({ searchers: [source, other], env: { ...own, MOON_MAY_SEE: 'own', SUN_MAY_SEE: 'private,internal' } })
    const { body } = await settled(ours)
    assert.deepEqual([source.asked, other.asked], [[ours], []])
    assert.deepEqual(body.hits, [threat, notAsked('sun: one of our own addresses')])
  })

  it('is a password for any source but one that names it', async () => {
    const types = { artifactTypes: ['system.user.password'] } as const
    const [source, other] = [createFakeSearcher('home', nothing, types), createFakeSearcher('own', nothing, types)]
    await start({ searchers: [source, other], env: { OWN_MAY_SEE: 'password' } })
    const { body } = await settled({ type: 'system.user.password', value: 'hunter2' })
    assert.deepEqual([body.hits, source.asked.length, other.asked.length], [[], 0, 1])
  })

  it('is less where only the query speaks against it: a public source gets the URL without', async () => {
    const [source, other] = [moon(), home()]
    await start({ searchers: [source, other] })
    const url = 'http://evil.example/login?user=jane%40contoso.com'
    await settled({ type: 'net.uri', value: url })
    assert.deepEqual(
      [source, other].map(({ asked }) => asked.map(({ value }) => value)),
      [['http://evil.example/login'], [url]],
    )
  })

  describe('by a source that is switched off', () => {
    it('shows in no hit, but in tRPC’s format', async () => {
      const source = moon()
      await start({ searchers: [source, home()], env: { MOON_ASK: 'never' } })
      const { body } = await settled(ours)
      assert.deepEqual([body.hits, source.asked], [[threat], []])
      assert.deepEqual((await trpc(ours)).not_asked, [{ source: 'moon', rule: 'switched off' }])
    })

    it('is 200 at once when there is no other, also for what is malformed, and counts as kept in nowhere', async () => {
      await start({ searchers: [moon()], env: { MOON_ASK: 'never' } })
      service.events.on('keptIn', () => assert.fail('it was told'))
      for (const artifact of [ours, { ...ours, value: 'not a url' }]) {
        const { status, body } = await post(artifact)
        assert.deepEqual([status, body.hits], [200, []])
      }
    })
  })
})
