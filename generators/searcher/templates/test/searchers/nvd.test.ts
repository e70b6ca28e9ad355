import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { http, HttpResponse } from 'msw'
import { hit, number, text, uri } from '../../src/core/protocol/hit.ts'
import { searcher } from '../../src/searchers/nvd.ts'
import { cve, estimating, handlers, knowing, probability } from '../mocks/nvd.ts'
import { describeFailures } from '../core/searchers/failure-cases.ts'
import { sampleArtifact } from '../core/searchers/sample-artifact.ts'
import { findHits, KEY, trySearcher } from '../core/searchers/try-searcher.ts'

const artifact = sampleArtifact('threat.report.cve')
const epss = estimating(probability)
const VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'

describe(`searcher "${searcher.name}"`, () => {
  it('finds a known vulnerability, with how likely it is to be exploited', async () => {
    const { hits, requests } = await findHits(searcher, artifact, handlers)
    assert.deepEqual(hits, [
      hit(
        text('Source', 'NVD'),
        text('Vulnerability', 'CVE-2021-44228'),
        number('CVSS', 10),
        text('Severity', 'CRITICAL'),
        text('CVSS vector', VECTOR),
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
    assert.deepEqual((await findHits(searcher, artifact, [knowing()])).hits, [])
  })

  it('finds nothing for a number that was taken back', async () => {
    const rejected = knowing({ ...cve, vulnStatus: 'Rejected' })
    assert.deepEqual((await findHits(searcher, artifact, [rejected])).hits, [])
  })

  it('does not ask for what is no CVE number', async () => {
    const { hits, requests } = await findHits(searcher, { type: 'threat.report.cve', value: 'log4shell' }, handlers)
    assert.deepEqual([hits, requests], [[], []])
  })

  it('takes a number in lower case too', async () => {
    const lower = { type: 'threat.report.cve', value: ' cve-2021-44228 ' } as const
    assert.equal((await findHits(searcher, lower, handlers)).hits.length, 1)
  })

  const data = { baseScore: 9.3, vectorString: 'a vector' }
  const SCORES = {
    'CVSS 4.0': { cvssMetricV40: [{ cvssData: { ...data, baseSeverity: 'CRITICAL' } }] },
    'CVSS 3.0': { cvssMetricV30: [{ cvssData: { ...data, baseSeverity: 'CRITICAL' } }] },
    // its severity is beside the data, not in them
    'CVSS 2.0': { cvssMetricV2: [{ cvssData: data, baseSeverity: 'CRITICAL' }] },
  }
  for (const [version, metrics] of Object.entries(SCORES)) {
    it(`takes a score by ${version} where there is none by CVSS 3.1`, async () => {
      const [found] = (await findHits(searcher, artifact, [knowing({ ...cve, metrics }), epss])).hits
      const shown = Object.fromEntries(found!.props.map(({ name, value }) => [name, value]))
      assert.deepEqual([shown['CVSS'], shown['Severity'], shown['CVSS vector']], [9.3, 'CRITICAL', 'a vector'])
    })
  }

  it('finds a vulnerability that has not been analysed yet', async () => {
    const bare = { id: cve.id, vulnStatus: 'Received', descriptions: cve.descriptions, metrics: {} }
    const { hits } = await findHits(searcher, artifact, [knowing(bare), estimating({ ...probability, data: [] })])
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

  it('says that EPSS could not be asked, and shows what NVD knows all the same', async () => {
    const { hits } = await findHits(searcher, artifact, [knowing(cve), estimating({}, 500)])
    const shown = Object.fromEntries(hits![0]!.props.map(({ name, value }) => [name, value]))
    assert.deepEqual([shown['EPSS'], shown['CVSS']], ['not known: EPSS is out of order (500)', 10])
  })

  it('takes the 403 of its firewall for "too many calls"', async () => {
    const firewall = () => HttpResponse.text('Request forbidden by administrative rules', { status: 403 })
    const { afterSecs } = await trySearcher(searcher, artifact, [http.get('https://services.nvd.nist.gov/*', firewall)])
    assert.equal(afterSecs, 60)
  })

  describeFailures(searcher, handlers, {
    sources: searcher.sources!.filter(({ id }) => id === 'nvd'),
    keyRefusals: [() => new HttpResponse(null, { status: 404, headers: { message: 'Invalid apiKey.' } })],
  })
})
