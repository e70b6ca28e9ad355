import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, number, text, uri } from '../../src/core/define.ts'
import { abuseipdb } from '../../src/sources/abuseipdb.ts'
import {
  answering,
  answeringNetworks,
  handlers,
  refusal,
  reported,
  reportedAddress,
  reportedNetwork,
} from '../mocks/abuseipdb.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'

const artifact = sampleArtifact('net.ip')
const network = sampleArtifact('net.cidr')
const ofNetwork = (reportedAddress: object[]) => answeringNetworks({ data: { ...reportedNetwork, reportedAddress } })

describe(`source "${abuseipdb.id}"`, () => {
  it('finds an address that was reported', async () => {
    const { hits, requests } = await findHits(abuseipdb, artifact, handlers)
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
      assert.deepEqual((await findHits(abuseipdb, artifact, [answering({ data })])).hits, [])
    })
  }

  it('finds nothing for what is no address to AbuseIPDB', async () => {
    const invalid = answering(refusal('The ip address must be a valid IPv4 or IPv6 address.', 422), 422)
    assert.deepEqual((await findHits(abuseipdb, artifact, [invalid])).hits, [])
  })

  it('finds whatever reaches the score that is set', async () => {
    const scores = async (abuseConfidenceScore: number, ABUSEIPDB_MIN_SCORE: string) => {
      const handler = answering({ data: { ...reported, abuseConfidenceScore } })
      return (await findHits(abuseipdb, artifact, [handler], { env: { ABUSEIPDB_MIN_SCORE } })).hits.length
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
    const { hits } = await findHits(abuseipdb, artifact, [answering({ data: bare })])
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

  it('finds a network with addresses that were reported, the worst first', async () => {
    const { hits, requests } = await findHits(abuseipdb, network, handlers)
    assert.deepEqual(hits, [
      hit(
        text('Source', 'AbuseIPDB'),
        number('Confidence of abuse (%)', 100),
        number('Bad addresses', 2),
        text('Addresses', '198.51.100.8 (100 %), 198.51.100.7 (87 %)'),
        number('Reports in 30 days', 47),
        text('Last reported', '2026-01-02T03:04:05+00:00'),
        text('Country', 'CH, DE'),
        uri('Report', 'https://www.abuseipdb.com/check-block/198.51.100.0/24'),
      ),
    ])
    assert.deepEqual(
      requests.map(({ method, url, headers }) => [method, url, headers.get('key')]),
      [['GET', 'https://api.abuseipdb.com/api/v2/check-block?network=198.51.100.0%2F24&maxAgeInDays=30', KEY]],
    )
  })

  it('names no more than ten addresses of a network', async () => {
    const many = Array.from({ length: 256 }, (_, index) => reportedAddress(`198.51.100.${index}`))
    const { hits } = await findHits(abuseipdb, network, [ofNetwork(many)])
    const shown = Object.fromEntries(hits[0]!.props.map(({ name, value }) => [name, value]))
    assert.equal(shown['Bad addresses'], 256)
    assert.match(String(shown['Addresses']), /^198\.51\.100\.0 \(87 %\), (.+ \(87 %\), ){8}.+ \(87 %\), and 246 more$/)
  })

  it('leaves out what AbuseIPDB leaves empty of a network', async () => {
    const bare = [reportedAddress('198.51.100.7', { mostRecentReport: null, countryCode: null })]
    const [found] = (await findHits(abuseipdb, network, [ofNetwork(bare)])).hits
    assert.deepEqual(
      found?.props.map(({ name }) => name),
      ['Source', 'Confidence of abuse (%)', 'Bad addresses', 'Addresses', 'Reports in 30 days', 'Report'],
    )
  })

  const CLEAN = {
    'of which nobody reported an address': [],
    'whose addresses have a low score': [reportedAddress('198.51.100.7', { abuseConfidenceScore: 24 })],
    'whose addresses have no report': [reportedAddress('198.51.100.7', { numReports: 0 })],
  }
  for (const [what, addresses] of Object.entries(CLEAN)) {
    it(`finds nothing for a network ${what}`, async () => {
      assert.deepEqual((await findHits(abuseipdb, network, [ofNetwork(addresses)])).hits, [])
    })
  }

  it('finds a network by the score that is set', async () => {
    const env = { ABUSEIPDB_MIN_SCORE: '24' }
    const { hits } = await findHits(abuseipdb, network, handlers, { env })
    assert.deepEqual(hits[0]?.props[2], number('Bad addresses', 3))
  })

  it('says that the plan does not cover a network as large', async () => {
    const large = { type: 'net.cidr', value: '198.51.0.0/16' } as const
    const refused = answeringNetworks(refusal('You may not check networks larger than /24 on this plan.', 402), 402)
    assert.deepEqual((await trySource(abuseipdb, large, [refused])).failure, {
      kind: 'unexpected_answer',
      message:
        'AbuseIPDB gave an unexpected answer: the plan does not cover a network of /16, the free one only /24 and smaller',
    })
  })

  it('does not hold up addresses when the quota for networks is spent', async () => {
    const spent = answeringNetworks(refusal('Daily rate limit of 100 requests exceeded for this endpoint.', 429), 429)
    const { failure, afterSecs, requests } = await trySource(abuseipdb, network, [spent])
    assert.deepEqual(failure, {
      kind: 'rate_limited',
      message: 'AbuseIPDB takes no more calls for networks: their daily quota is spent',
    })
    assert.deepEqual([afterSecs, requests.length], [undefined, 1])
  })

  it('says that another refusal of a network is no answer', async () => {
    const invalid = answeringNetworks(refusal('The network must be a valid CIDR.', 422), 422)
    assert.deepEqual((await trySource(abuseipdb, network, [invalid])).failure, {
      kind: 'unexpected_answer',
      message: 'AbuseIPDB gave an unexpected answer: status 422',
    })
  })

  describeFailures(abuseipdb, handlers)
})
