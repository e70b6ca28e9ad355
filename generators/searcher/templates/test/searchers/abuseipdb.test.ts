import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, number, text, uri } from '../../src/core/protocol/hit.ts'
import { searcher } from '../../src/searchers/abuseipdb.ts'
import { answering, handlers, reported } from '../mocks/abuseipdb.ts'
import { describeFailures } from '../core/searchers/failure-cases.ts'
import { sampleArtifact } from '../core/searchers/sample-artifact.ts'
import { findHits, KEY } from '../core/searchers/try-searcher.ts'

const artifact = sampleArtifact('net.ip')

describe(`searcher "${searcher.name}"`, () => {
  it('finds an address that was reported', async () => {
    const { hits, requests } = await findHits(searcher, artifact, handlers)
    assert.deepEqual(hits, [
      hit(
        text('Source', 'AbuseIPDB'),
        number('Confidence of abuse (%)', 87),
        number('Reports in 90 days', 42),
        number('Reporters', 17),
        text('Last reported', '2026-01-02T03:04:05+00:00'),
        text('Country', 'CH'),
        text('Provider', 'Example Hosting'),
        text('Usage', 'Data Center/Web Hosting/Transit'),
        text('Tor exit', 'yes'),
        uri('Report', 'https://www.abuseipdb.com/check/198.51.100.7'),
      ),
    ])
    assert.deepEqual(
      requests.map(({ method, url, headers }) => [method, url, headers.get('key'), headers.get('accept')]),
      [
        [
          'GET',
          'https://api.abuseipdb.com/api/v2/check?ipAddress=198.51.100.7&maxAgeInDays=90',
          KEY,
          'application/json',
        ],
      ],
    )
  })

  const HARMLESS = {
    'an address that nobody reported': { ...reported, totalReports: 0, abuseConfidenceScore: 0, lastReportedAt: null },
    'an address whose score is low': { ...reported, abuseConfidenceScore: 24 },
    'an address that is on the white list': { ...reported, isWhitelisted: true },
  }
  for (const [what, data] of Object.entries(HARMLESS)) {
    it(`finds nothing for ${what}`, async () => {
      assert.deepEqual((await findHits(searcher, artifact, [answering({ data })])).hits, [])
    })
  }

  it('finds nothing for what is no address to AbuseIPDB', async () => {
    const errors = [{ detail: 'The ip address must be a valid IPv4 or IPv6 address.', status: 422 }]
    assert.deepEqual((await findHits(searcher, artifact, [answering({ errors }, 422)])).hits, [])
  })

  it('finds whatever reaches the score that is set', async () => {
    const scores = async (abuseConfidenceScore: number, ABUSEIPDB_MIN_SCORE: string) => {
      const handler = answering({ data: { ...reported, abuseConfidenceScore } })
      return (await findHits(searcher, artifact, [handler], { env: { ABUSEIPDB_MIN_SCORE } })).hits.length
    }
    assert.deepEqual([await scores(25, '25'), await scores(74, '75'), await scores(75, '75')], [1, 0, 1])
  })

  it('leaves out what AbuseIPDB leaves empty', async () => {
    const bare = {
      ...reported,
      usageType: null,
      countryCode: null,
      isTor: false,
      lastReportedAt: null,
      isWhitelisted: null,
    }
    const { hits } = await findHits(searcher, artifact, [answering({ data: bare })])
    assert.deepEqual(hits, [
      hit(
        text('Source', 'AbuseIPDB'),
        number('Confidence of abuse (%)', 87),
        number('Reports in 90 days', 42),
        number('Reporters', 17),
        text('Provider', 'Example Hosting'),
        uri('Report', 'https://www.abuseipdb.com/check/198.51.100.7'),
      ),
    ])
  })

  describeFailures(searcher, handlers)
})
