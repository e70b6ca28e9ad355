import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse } from 'msw'
import { hit, number, text, uri, type Hit } from '../../src/core/define.ts'
import { nvd } from '../../src/sources/nvd.ts'
import { estimating, probability } from '../mocks/epss.ts'
import { cve, handlers, knowing } from '../mocks/nvd.ts'
import { describeFailures } from '../core/sources/failure-cases.ts'
import { sampleArtifact } from '../core/sources/sample-artifact.ts'
import { findHits, KEY, trySource } from '../core/sources/try-source.ts'

const artifact = sampleArtifact('threat.report.cve')
const epss = estimating(probability)
const VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'

/** What a hit shows, by name. */
const shownIn = (found: Hit | undefined) => Object.fromEntries(found!.props.map(({ name, value }) => [name, value]))

/** What is shown of a vulnerability with these ratings: the score, the severity, the vector, and whose it is. */
async function ratingOf(metrics: object): Promise<unknown[]> {
  const [found] = (await findHits(nvd, artifact, [knowing({ ...cve, metrics }), epss])).hits
  const shown = shownIn(found)
  return [shown['CVSS'], shown['Severity'], shown['CVSS vector'], shown['Rated by']]
}

describe(`source "${nvd.id}"`, () => {
  it('finds a known vulnerability, with how likely it is to be exploited', async () => {
    const { hits, requests } = await findHits(nvd, artifact, handlers)
    assert.deepEqual(hits, [
      hit(
        text('Source', 'NVD'),
        text('Vulnerability', 'CVE-2021-44228'),
        number('CVSS', 10),
        text('Severity', 'CRITICAL'),
        text('CVSS vector', VECTOR),
        text('Rated by', 'NIST'),
        text('Known exploited since', '2021-12-10'),
        text('CISA action due', '2021-12-24'),
        text('CISA action', 'Apply updates.'),
        text('EPSS', '94.36 %'),
        text('EPSS percentile', '99.96 %'),
        text('Weaknesses', 'CWE-917, CWE-20'),
        text('Description', 'A description of the vulnerability.'),
        text('Published', '2021-12-10T10:15:09.143Z'),
        text('Status', 'Analyzed'),
        uri('Report', 'https://nvd.nist.gov/vuln/detail/CVE-2021-44228'),
      ),
    ])
    assert.deepEqual(
      requests.map(({ method, url, headers }) => [method, url, headers.get('apikey')]),
      [
        ['GET', 'https://services.nvd.nist.gov/rest/json/cves/2.0?cveId=CVE-2021-44228', KEY],
        ['GET', 'https://api.first.org/data/v1/epss?cve=CVE-2021-44228', null],
      ],
    )
  })

  it('finds nothing for a vulnerability that NVD does not know', async () => {
    const { hits, requests } = await findHits(nvd, artifact, [knowing()])
    assert.deepEqual([hits, requests.length], [[], 1])
  })

  it('finds nothing for a number that was taken back', async () => {
    const rejected = knowing({ ...cve, vulnStatus: 'Rejected' })
    assert.deepEqual((await findHits(nvd, artifact, [rejected])).hits, [])
  })

  const bySomebody = {
    source: 'security@example.org',
    type: 'Secondary',
    cvssData: { baseScore: 9.3, baseSeverity: 'CRITICAL', vectorString: 'a vector' },
  }
  const byNist = {
    source: 'nvd@nist.gov',
    type: 'Primary',
    cvssData: { baseScore: 7.5, baseSeverity: 'HIGH', vectorString: "NIST's vector" },
  }

  it("takes NIST's own rating wherever it stands", async () => {
    const metrics = { cvssMetricV31: [bySomebody, byNist], cvssMetricV40: [bySomebody] }
    assert.deepEqual(await ratingOf(metrics), [7.5, 'HIGH', "NIST's vector", 'NIST'])
  })

  it('takes the first rating where there is none of NIST, and says whose it is', async () => {
    const byCisa = { ...bySomebody, source: '134c704f-9b21-4f2e-91b3-4a467353bcc0' }
    assert.deepEqual(
      [
        await ratingOf({ cvssMetricV31: [bySomebody, byCisa] }),
        await ratingOf({ cvssMetricV31: [byCisa, bySomebody] }),
      ],
      [
        [9.3, 'CRITICAL', 'a vector', 'security@example.org'],
        [9.3, 'CRITICAL', 'a vector', 'CISA'],
      ],
    )
  })

  const { cvssData, ...rater } = byNist
  const { baseSeverity, ...data } = cvssData
  const OTHER_VERSIONS = {
    'CVSS 4.0': { cvssMetricV40: [byNist], cvssMetricV30: [bySomebody], cvssMetricV2: [bySomebody] },
    'CVSS 3.0': { cvssMetricV40: [], cvssMetricV30: [byNist], cvssMetricV2: [bySomebody] },
    // its severity is beside the data, not in them
    'CVSS 2.0': { cvssMetricV2: [{ ...rater, baseSeverity, cvssData: data }] },
  }
  for (const [version, metrics] of Object.entries(OTHER_VERSIONS)) {
    it(`takes a rating by ${version} where there is none by a version before it`, async () => {
      assert.deepEqual(await ratingOf(metrics), [7.5, 'HIGH', "NIST's vector", 'NIST'])
    })
  }

  it('finds a vulnerability that has not been analysed yet', async () => {
    const bare = { id: cve.id, vulnStatus: 'Received', descriptions: cve.descriptions, metrics: {} }
    const { hits } = await findHits(nvd, artifact, [knowing(bare), estimating({ ...probability, data: [] })])
    assert.deepEqual(hits, [
      hit(
        text('Source', 'NVD'),
        text('Vulnerability', 'CVE-2021-44228'),
        text('Description', 'A description of the vulnerability.'),
        text('Status', 'Received'),
        uri('Report', 'https://nvd.nist.gov/vuln/detail/CVE-2021-44228'),
      ),
    ])
  })

  it('shows what NVD knows when EPSS is switched off', async () => {
    const { hits, requests } = await findHits(nvd, artifact, [knowing(cve)], { env: { EPSS_ASK: 'never' } })
    const shown = shownIn(hits[0])
    assert.deepEqual([shown['CVSS'], shown['EPSS'], requests.length], [10, undefined, 1])
  })

  const EPSS_FAILING: Record<string, [() => Response, RegExp]> = {
    'is out of order': [
      () => HttpResponse.json({}, { status: 500 }),
      /^not known: EPSS \(FIRST\) is out of order \(500\)$/,
    ],
    'is out of reach': [() => HttpResponse.error(), /^not known: EPSS \(FIRST\) is out of reach: /],
    'takes no more calls for now': [
      () => HttpResponse.json({}, { status: 429, headers: { 'retry-after': '600' } }),
      /^not known: EPSS \(FIRST\) takes no more calls for now/,
    ],
    'says something that is no number': [
      () => HttpResponse.json({ data: [{ epss: 'n/a', percentile: '0.5' }] }),
      /^not known: EPSS \(FIRST\) gave an unexpected answer: data\.0\.epss is not as expected$/,
    ],
    'says something that is no share of 1': [
      () => HttpResponse.json({ data: [{ epss: '0.5', percentile: '99.9' }] }),
      /^not known: EPSS \(FIRST\) gave an unexpected answer: data\.0\.percentile is not as expected$/,
    ],
  }
  for (const [how, [answer, message]] of Object.entries(EPSS_FAILING)) {
    it(`shows what NVD knows, and does not ask it again, when EPSS ${how}`, async () => {
      const failing = http.get('https://api.first.org/*', answer)
      const { hits, afterSecs, requests } = await findHits(nvd, artifact, [knowing(cve), failing])
      const shown = shownIn(hits[0])
      assert.match(String(shown['EPSS']), message)
      assert.deepEqual([shown['CVSS'], shown['EPSS percentile'], afterSecs], [10, undefined, undefined])
      assert.equal(requests.filter(({ url }) => url.startsWith(nvd.url!)).length, 1)
    })
  }

  it('takes the 403 of its firewall for "too many calls"', async () => {
    const firewall = () => HttpResponse.text('Request forbidden by administrative rules', { status: 403 })
    const { afterSecs } = await trySource(nvd, artifact, [http.get('https://services.nvd.nist.gov/*', firewall)])
    assert.equal(afterSecs, 60)
  })

  describeFailures(nvd, handlers, {
    keyRefusals: [() => new HttpResponse(null, { status: 404, headers: { message: 'Invalid apiKey.' } })],
  })
})
