import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import { createFakeSearcher, createGate, threat } from '../search/fake-searcher.ts'
import { createServiceUnderTest, type Choices, type ServiceUnderTest } from '../service-under-test.ts'
import { until } from '../until.ts'

const artifact = { type: 'net.uri', value: 'http://malware.example/' }

/** What the bodies of tRPC's format may hold. */
interface Body {
  result: { data: { id: string } }
  error: { data: { code: string; httpStatus: number } }
}

describe('the procedures in tRPC’s format', () => {
  let service: ServiceUnderTest
  afterEach(() => service.stop())

  const start = async (choices: Choices = {}) => {
    service = await createServiceUnderTest({ searchers: [createFakeSearcher('url')], ...choices })
  }
  const get = async (path: string, input?: unknown, init?: RequestInit) => {
    const query =
      input === undefined ? '' : `${path.includes('?') ? '&' : '?'}input=${encodeURIComponent(JSON.stringify(input))}`
    return answerOf(await service.app.request(`/trpc/${path}${query}`, init))
  }
  const post = async (path: string, input: unknown) =>
    answerOf(await service.app.request(`/trpc/${path}`, { method: 'POST', body: JSON.stringify(input) }))
  const answerOf = async (response: Response) => ({
    status: response.status,
    body: (await response.json()) as Body,
  })
  const error = (message: string, code: string, number: number, httpStatus: number, rest = {}) => ({
    error: { message, code: number, data: { code, httpStatus, ...rest } },
  })

  it('answer a pending search with 200 and retry_secs, and a finished one with its hits', async () => {
    const { open, search } = createGate()
    await start({ searchers: [createFakeSearcher('url', search)] })
    const { status, body } = await post('scanArtifact', artifact)
    const { id } = body.result.data
    assert.deepEqual([status, body], [200, { result: { data: { id, retry_secs: 5, hits: [] } } }])
    open()
    await until(() => service.context.store.findResult(id))
    assert.deepEqual(await get('scanResult', { id }), {
      status: 200,
      body: { result: { data: { id, hits: [threat] } } },
    })
  })

  it('answer a batch call by call, and 207 when their statuses differ', async () => {
    await start()
    assert.deepEqual(await get('queryCapabilities,scanResult?batch=1', { 1: { id: 'x' } }), {
      status: 207,
      body: [
        { result: { data: { upload_file: false } } },
        error('No search of this id is known: it was never made, or its result has expired', 'NOT_FOUND', -32004, 404, {
          path: 'scanResult',
        }),
      ],
    })
    assert.equal((await get('queryCapabilities,queryCapabilities?batch=1')).status, 200)
  })

  it('answer no more of a batch once its results are large', async () => {
    const large = createFakeSearcher('url', async () => [hit(text('Threat', 'x'.repeat(900_000)))])
    await start({ searchers: [large] })
    const { id } = (await post('scanArtifact', artifact)).body.result.data
    await until(() => service.context.store.findResult(id))
    const names = Array(50).fill('scanResult').join(',')
    const inputs = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [n, { id }]))
    const { status, body } = await get(`${names}?batch=1`, inputs)
    const results = body as unknown as Body[]
    assert.deepEqual([status, results.length], [207, 50])
    assert.deepEqual(results.map((one) => one.error?.data.httpStatus ?? 200).slice(0, 4), [200, 200, 200, 413])
    assert.ok(JSON.stringify(body).length < 3_000_000)
  })

  it('give the issues of an input that is wrong', async () => {
    await start()
    assert.deepEqual(await post('scanArtifact', { type: 'net.uri' }), {
      status: 400,
      body: error('The input is wrong: "value" is missing', 'BAD_REQUEST', -32600, 400, {
        path: 'scanArtifact',
        issues: [{ path: 'value', message: 'is missing' }],
      }),
    })
  })

  it('have tRPC’s shape for every error: authentication, limits, methods, paths, JSON', async () => {
    await start({ credentials: { user: 'u', password: 'p' }, app: { maxBodyBytes: 10 } })
    const unauthorized = await get('queryCapabilities')
    assert.deepEqual(unauthorized, {
      status: 401,
      body: error('User and password are missing or wrong', 'UNAUTHORIZED', -32001, 401),
    })
    await service.stop()
    await start({ app: { maxBodyBytes: 10 } })
    const cases = [
      [await post('scanArtifact', artifact), 413, 'PAYLOAD_TOO_LARGE'],
      [await post('queryCapabilities', 1), 405, 'METHOD_NOT_SUPPORTED'],
      [await get('scanArtifact'), 405, 'METHOD_NOT_SUPPORTED'],
      [await get('queryCapabilities', undefined, { method: 'PUT' }), 405, 'METHOD_NOT_SUPPORTED'],
      [await get('constructor'), 404, 'NOT_FOUND'],
      [await get('scanResult?input={'), 400, 'BAD_REQUEST'],
      [await get(`${'queryCapabilities,'.repeat(50)}queryCapabilities?batch=1`), 400, 'BAD_REQUEST'],
    ] as const
    for (const [{ status, body }, expected, code] of cases) {
      assert.deepEqual([status, body.error.data.code, body.error.data.httpStatus], [expected, code, expected])
    }
  })
})
