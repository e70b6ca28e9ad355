import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { HttpResponse } from 'msw'
import { hit, text } from '../../src/core/define.ts'
import { webrisk } from '../../src/sources/webrisk.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'
import { answering, handlers, listed, refused } from '../mocks/webrisk.ts'

const artifact = sampleArtifact('net.uri')

describe(`source "${webrisk.id}"`, () => {
  it('finds a URL that is listed', async () => {
    const { hits, requests } = await findHits(webrisk, artifact, handlers)
    assert.deepEqual(hits, [
      hit(
        text('Source', 'Google Web Risk'),
        text('Threats', 'MALWARE'),
        text('Listed until', '2099-01-01T00:00:00.123456789Z'),
      ),
    ])
    const [request] = requests
    assert.deepEqual([requests.length, request!.method, request!.headers.get('x-goog-api-key')], [1, 'GET', KEY])
    const { origin, pathname, searchParams } = new URL(request!.url)
    assert.equal(`${origin}${pathname}`, 'https://webrisk.googleapis.com/v1/uris:search')
    assert.deepEqual(
      [...searchParams],
      [
        ['threatTypes', 'MALWARE'],
        ['threatTypes', 'SOCIAL_ENGINEERING'],
        ['threatTypes', 'UNWANTED_SOFTWARE'],
        ['uri', artifact.value],
      ],
    )
  })

  it('finds nothing for a URL that is not', async () => {
    const { hits, freshSecs } = await findHits(webrisk, artifact, [answering({})])
    assert.deepEqual({ hits, freshSecs }, { hits: [], freshSecs: undefined })
  })

  it('finds nothing for what is no URL to Web Risk', async () => {
    assert.deepEqual((await findHits(webrisk, artifact, [answering(refused(), 400)])).hits, [])
  })

  it('does not ask for what is not of the web', async () => {
    const { hits, requests } = await findHits(webrisk, { type: 'net.uri', value: 'ftp://malware.example/a' }, handlers)
    assert.deepEqual({ hits, requests }, { hits: [], requests: [] })
  })

  it('keeps a hit for as long as it may be kept', async () => {
    mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-26T07:50:00Z') })
    try {
      const { freshSecs } = await findHits(webrisk, artifact, [answering(listed('2026-11-26T08:00:00.123456789Z'))])
      assert.equal(freshSecs, 600)
    } finally {
      mock.timers.reset()
    }
  })

  it('asks for the lists that are set', async () => {
    const env = { WEBRISK_THREAT_TYPES: 'MALWARE, SOCIAL_ENGINEERING_EXTENDED_COVERAGE' }
    const { requests } = await findHits(webrisk, artifact, handlers, { env })
    assert.deepEqual(new URL(requests[0]!.url).searchParams.getAll('threatTypes'), [
      'MALWARE',
      'SOCIAL_ENGINEERING_EXTENDED_COVERAGE',
    ])
  })

  it('says that another 400 is no answer', async () => {
    const error = { code: 400, message: 'Billing', status: 'FAILED_PRECONDITION' }
    const { failure } = await trySource(webrisk, artifact, [answering({ error }, 400)])
    assert.equal(failure?.kind, 'unexpected_answer')
  })

  describeFailures(webrisk, handlers, {
    noAnswer: { matches: [] },
    keyRefusals: [
      () => HttpResponse.json(refused('API_KEY_INVALID'), { status: 400 }),
      () => HttpResponse.json({ error: { code: 403, status: 'PERMISSION_DENIED' } }, { status: 403 }),
    ],
  })
})
