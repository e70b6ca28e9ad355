import * as v from 'valibot'
import { hit, number, text, uri, type Property } from '../core/protocol/hit.ts'
import { defineSearcher } from '../core/search/searcher.ts'
import type { Ask } from '../core/client/client.ts'
import { SourceError } from '../core/client/source-error.ts'
import { defineSource } from '../core/client/source.ts'

/** The US National Vulnerability Database: https://nvd.nist.gov/developers/vulnerabilities */
const nvd = defineSource({
  id: 'nvd',
  title: 'NVD',
  url: 'https://services.nvd.nist.gov',
  key: {
    header: 'apiKey',
    optional: true,
    from: 'https://nvd.nist.gov/developers/request-an-api-key',
    rateLimit: '50/30s',
  },
  rateLimit: '5/30s',
  // it knows neither 401 nor 429: a wrong key is a 404 with a header, and 403 comes from the firewall that counts calls
  meaningOf({ status, headers }) {
    if (status === 404 && /apikey/i.test(headers.get('message') ?? '')) return 'key_refused'
    return status === 403 ? 'rate_limited' : undefined
  },
})

/** How likely a vulnerability is to be exploited within 30 days, by FIRST: https://www.first.org/epss/api */
const epss = defineSource({ id: 'epss', title: 'EPSS', url: 'https://api.first.org' })

const optionalText = v.nullish(v.string())
const metrics = v.nullish(
  v.array(
    v.object({
      baseSeverity: optionalText,
      cvssData: v.object({ baseScore: v.number(), baseSeverity: optionalText, vectorString: v.string() }),
    }),
  ),
)
const texts = v.nullish(v.array(v.object({ lang: v.string(), value: v.string() })))

/** Only what is shown. */
const cveSchema = v.object({
  totalResults: v.number(),
  vulnerabilities: v.array(
    v.object({
      cve: v.object({
        id: v.string(),
        published: optionalText,
        vulnStatus: optionalText,
        descriptions: texts,
        metrics: v.nullish(
          v.object({ cvssMetricV31: metrics, cvssMetricV40: metrics, cvssMetricV30: metrics, cvssMetricV2: metrics }),
        ),
        weaknesses: v.nullish(v.array(v.object({ description: texts }))),
      }),
    }),
  ),
})

/** Probabilities from 0 to 1, sent as strings. */
const epssSchema = v.object({ data: v.array(v.object({ epss: v.string(), percentile: v.string() })) })

export const searcher = defineSearcher({
  name: 'nvd',
  artifactTypes: ['threat.report.cve'],
  sources: [nvd, epss],
  ttlSecs: 86_400,
  async search(artifact, { ask }) {
    const id = artifact.value.trim().toUpperCase()
    if (!/^CVE-\d{4}-\d{4,}$/.test(id)) return []
    const found = await ask(nvd, { path: '/rest/json/cves/2.0', query: { cveId: id }, schema: cveSchema })
    const cve = found.vulnerabilities[0]?.cve
    // a number that was given out and taken back stands for no vulnerability
    if (!cve || cve.vulnStatus === 'Rejected') return []
    const { cvssMetricV31, cvssMetricV40, cvssMetricV30, cvssMetricV2 } = cve.metrics ?? {}
    const [metric] = [cvssMetricV31, cvssMetricV40, cvssMetricV30, cvssMetricV2].flatMap((list) => list ?? [])
    return [
      hit(
        text('Source', 'NVD'),
        text('Vulnerability', cve.id),
        number('CVSS', metric?.cvssData.baseScore),
        text('Severity', metric?.cvssData.baseSeverity ?? metric?.baseSeverity),
        text('CVSS vector', metric?.cvssData.vectorString),
        ...(await exploitation(id, ask)),
        text('Weaknesses', weaknessesOf(cve.weaknesses?.flatMap(({ description }) => description ?? []))),
        text('Description', cve.descriptions?.find(({ lang }) => lang === 'en')?.value),
        // its times are in UTC, without saying so
        text('Published', cve.published?.replace(/Z?$/, 'Z')),
        text('Status', cve.vulnStatus),
        uri('Report', `https://nvd.nist.gov/vuln/detail/${cve.id}`),
      ),
    ]
  },
})

/** What EPSS says. That it could not be asked is shown, and hides nothing of what NVD knows. */
async function exploitation(id: string, ask: Ask): Promise<(Property | undefined)[]> {
  try {
    const { data } = await ask(epss, { path: '/data/v1/epss', query: { cve: id }, schema: epssSchema })
    return [text('EPSS', percent(data[0]?.epss)), text('EPSS percentile', percent(data[0]?.percentile))]
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return [text('EPSS', `not known: ${error.message}`)]
  }
}

function percent(share: string | undefined): string | undefined {
  return share === undefined ? undefined : `${(Number(share) * 100).toFixed(2)} %`
}

/** CWE ids, each once; NVD has two more names for "not known". */
function weaknessesOf(descriptions: readonly { value: string }[] | undefined): string[] {
  return [...new Set(descriptions?.map(({ value }) => value))].filter((value) => value.startsWith('CWE-'))
}
