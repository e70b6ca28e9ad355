import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse } from 'msw'
import { hit, number, text, uri, type ArtifactType } from '../../src/core/define.ts'
import { urlscan } from '../../src/sources/urlscan.ts'
import { finding, handlers, harmless, judging, malicious, scan } from '../mocks/urlscan.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'

/** What is searched for, for each artifact type. */
const QUERIES: Partial<Record<ArtifactType, string>> = {
  'net.uri': `page.url:"${sampleArtifact('net.uri').value}"`,
  'net.name': 'page.domain:"malware.example"',
}

const bad = hit(
  text('Source', 'urlscan.io'),
  text('Verdict', 'malicious'),
  number('Score', 100),
  text('Categories', 'phishing'),
  text('Brands', 'example'),
  text('Page title', 'Sign in'),
  text('Address', '198.51.100.7'),
  text('Country', 'CH'),
  text('Server', 'nginx'),
  text('Scanned', '2026-01-02T03:04:05.000Z'),
  uri('Report', 'https://urlscan.io/result/00000000-0000-4000-8000-000000000001/'),
)

describe(`source "${urlscan.id}"`, () => {
  for (const type of urlscan.types) {
    const artifact = sampleArtifact(type)

    it(`finds a ${type} that a scan shows to be bad`, async () => {
      const { hits, requests } = await findHits(urlscan, artifact, handlers)
      assert.deepEqual(hits, [bad])
      assert.deepEqual(
        requests.map(({ method, headers }) => [method, headers.get('api-key')]),
        [
          ['GET', KEY],
          ['GET', KEY],
        ],
      )
      const search = new URL(requests[0]!.url)
      assert.equal(search.origin + search.pathname, 'https://urlscan.io/api/v1/search/')
      assert.equal(search.searchParams.get('q'), QUERIES[type])
      assert.equal(requests[1]!.url, `https://urlscan.io/api/v1/result/00000000-0000-4000-8000-000000000001/`)
    })

    it(`finds nothing for a ${type} that nobody has scanned`, async () => {
      assert.deepEqual((await findHits(urlscan, artifact, [finding()])).hits, [])
    })
  }

  const artifact = sampleArtifact(urlscan.types[0]!)

  it('takes a verdict that comes with the search, and asks for no other', async () => {
    const { hits, requests } = await findHits(urlscan, artifact, [finding({ ...scan, verdicts: malicious })])
    assert.deepEqual([hits, requests.length], [[bad], 1])
  })

  it('finds nothing when every scan is harmless', async () => {
    const { hits, requests } = await findHits(urlscan, artifact, [finding(scan, scan), judging(harmless)])
    assert.deepEqual([hits, requests.length], [[], 3])
  })

  it('looks into older scans until one is bad', async () => {
    const { hits, requests } = await findHits(urlscan, artifact, [
      finding(scan, scan, scan),
      judging(harmless, malicious),
    ])
    assert.deepEqual([hits, requests.length], [[bad], 3])
  })

  for (const status of [404, 410]) {
    it(`passes over a scan that was deleted since (${status})`, async () => {
      const gone = http.get(
        'https://urlscan.io/api/v1/result/:id/',
        () => HttpResponse.json({ message: 'Scan is gone', status }, { status }),
        { once: true },
      )
      const { hits } = await findHits(urlscan, artifact, [gone, finding(scan, scan), judging(malicious)])
      assert.deepEqual(hits, [bad])
    })
  }

  it('keeps what is asked within its quotation marks', async () => {
    const tricky = { ...artifact, value: 'a" OR page.domain:"b\\' } as typeof artifact
    const { requests } = await findHits(urlscan, tricky, handlers)
    const query = new URL(requests[0]!.url).searchParams.get('q')!
    assert.equal(query.slice(query.indexOf(':') + 1), String.raw`"a\" OR page.domain:\"b\\"`)
  })

  it('wants to be asked again when its quota is filled up', async () => {
    const full = http.get('https://urlscan.io/*', () =>
      HttpResponse.json({}, { status: 429, headers: { 'x-rate-limit-reset-after': '42' } }),
    )
    assert.equal((await trySource(urlscan, artifact, [full])).afterSecs, 42)
  })

  it('says that a malformed query is no answer, and not that the key was refused', async () => {
    const malformed = http.get('https://urlscan.io/*', () =>
      HttpResponse.json({ message: 'Could not parse the query', status: 400 }, { status: 400 }),
    )
    assert.deepEqual((await trySource(urlscan, artifact, [malformed])).failure, {
      kind: 'unexpected_answer',
      message: 'urlscan.io gave an unexpected answer: status 400',
    })
  })

  describeFailures(urlscan, handlers, {
    keyRefusals: [
      () => HttpResponse.json({ message: 'Invalid API key format', status: 400 }, { status: 400 }),
      () => HttpResponse.json({ message: 'Forbidden', status: 403 }, { status: 403 }),
    ],
  })
})
