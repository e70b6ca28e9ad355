import * as v from 'valibot'
import { defineSource, hit, number, SourceError, text, uri, type Ask, type Property } from '../core/define.ts'
import { epss, estimate } from './epss.ts'

const optionalText = v.nullish(v.string())
const texts = v.nullish(v.array(v.object({ lang: v.string(), value: v.string() })))
const ratings = v.nullish(
  v.array(
    v.object({
      source: optionalText,
      type: optionalText,
      // where CVSS 2.0 has it; the others have it among their data
      baseSeverity: optionalText,
      cvssData: v.object({ baseScore: v.number(), baseSeverity: optionalText, vectorString: v.string() }),
    }),
  ),
)
const metrics = v.nullish(
  v.object({ cvssMetricV31: ratings, cvssMetricV40: ratings, cvssMetricV30: ratings, cvssMetricV2: ratings }),
)

/** Only what is shown. */
const answerSchema = v.object({
  totalResults: v.number(),
  vulnerabilities: v.array(
    v.object({
      cve: v.object({
        id: v.string(),
        published: optionalText,
        vulnStatus: optionalText,
        descriptions: texts,
        metrics,
        weaknesses: v.nullish(v.array(v.object({ description: texts }))),
        cisaExploitAdd: optionalText,
        cisaActionDue: optionalText,
        cisaRequiredAction: optionalText,
      }),
    }),
  ),
})

/** Who rates, by the names that NVD has for them; others go by a mail address or an id. */
const RATERS = new Map<unknown, string>([
  ['nvd@nist.gov', 'NIST'],
  ['134c704f-9b21-4f2e-91b3-4a467353bcc0', 'CISA'],
])

/** The US National Vulnerability Database: https://nvd.nist.gov/developers/vulnerabilities */
export const nvd = defineSource({
  id: 'nvd',
  title: 'NVD',
  reach: 'query',
  url: 'https://services.nvd.nist.gov',
  key: {
    header: 'apiKey',
    optional: true,
    from: 'https://nvd.nist.gov/developers/request-an-api-key',
    rateLimit: '50/30s',
    freeQuota: '50 calls in 30 s',
  },
  rateLimit: '5/30s',
  ttlSecs: 86_400,
  asks: [epss],
  // it knows neither 401 nor 429: a wrong key is a 404 with a header, and 403 comes from the firewall that counts calls
  meaningOf({ status, headers }) {
    if (status === 404 && /apikey/i.test(headers.get('message') ?? '')) return 'key_refused'
    return status === 403 ? 'rate_limited' : undefined
  },
  lookUp: {
    'threat.report.cve': async (id, { ask }) => {
      const found = await ask({ path: '/rest/json/cves/2.0', query: { cveId: id }, schema: answerSchema })
      const cve = found.vulnerabilities[0]?.cve
      // a number that was given out and taken back stands for no vulnerability
      if (!cve || cve.vulnStatus === 'Rejected') return []
      const rating = ratingOf(cve.metrics)
      return [
        hit(
          text('Vulnerability', cve.id),
          number('CVSS', rating?.cvssData.baseScore),
          text('Severity', rating?.cvssData.baseSeverity ?? rating?.baseSeverity),
          text('CVSS vector', rating?.cvssData.vectorString),
          text('Rated by', RATERS.get(rating?.source) ?? rating?.source),
          text('Known exploited since', cve.cisaExploitAdd),
          text('CISA action due', cve.cisaActionDue),
          text('CISA action', cve.cisaRequiredAction),
          ...(await exploitation(id, ask)),
          text('Weaknesses', weaknessesOf(cve.weaknesses?.flatMap(({ description }) => description ?? []))),
          text('Description', cve.descriptions?.find(({ lang }) => lang === 'en')?.value),
          // its times are in UTC, without saying so
          text('Published', cve.published?.replace(/Z?$/, 'Z')),
          text('Status', cve.vulnStatus),
          uri('Report', `https://nvd.nist.gov/vuln/detail/${encodeURIComponent(cve.id)}`),
        ),
      ]
    },
  },
})

/** The rating of the version of CVSS that most know, and of its ratings NIST's own where there is one. */
function ratingOf(byVersion: v.InferOutput<typeof metrics>) {
  return [byVersion?.cvssMetricV31, byVersion?.cvssMetricV40, byVersion?.cvssMetricV30, byVersion?.cvssMetricV2]
    .map((ratings) => ratings?.find(({ type }) => type === 'Primary') ?? ratings?.[0])
    .find((rating) => rating !== undefined)
}

/** What EPSS says. That it could not be asked is shown, and hides nothing of what NVD knows. */
async function exploitation(id: string, ask: Ask): Promise<(Property | undefined)[]> {
  try {
    const found = await estimate(id, ask)
    return [text('EPSS', percent(found?.epss)), text('EPSS percentile', percent(found?.percentile))]
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    // its owner has switched it off
    if (error.kind === 'kept_in') return []
    return [text('EPSS', `not known: ${error.message}`)]
  }
}

function percent(share: number | undefined): string | undefined {
  return share === undefined ? undefined : `${(share * 100).toFixed(2)} %`
}

/** CWE ids, each once; NVD has two more names for "not known". */
function weaknessesOf(descriptions: readonly { value: string }[] | undefined): string[] {
  return [...new Set(descriptions?.map(({ value }) => value))].filter((value) => value.startsWith('CWE-'))
}
