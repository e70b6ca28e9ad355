import * as v from 'valibot'
import { hit, number, text, uri } from '../core/protocol/hit.ts'
import { defineSearcher } from '../core/search/searcher.ts'
import { setting, wholeNumber } from '../core/settings/setting.ts'
import { defineSource } from '../core/client/source.ts'

/** Reports of abusive addresses by those who were attacked: https://docs.abuseipdb.com/#check-endpoint */
const abuseipdb = defineSource({
  id: 'abuseipdb',
  title: 'AbuseIPDB',
  url: 'https://api.abuseipdb.com',
  key: { header: 'Key', from: 'https://www.abuseipdb.com/account/api' },
  // of the free plan
  rateLimit: '1000/d',
})

const optionalText = v.nullish(v.string())

/** Only what is shown. `errors` comes with 422: what was asked is no public address, so nobody can have reported it. */
const answerSchema = v.union([
  v.object({
    data: v.object({
      abuseConfidenceScore: v.number(),
      isWhitelisted: v.nullish(v.boolean()),
      totalReports: v.number(),
      numDistinctUsers: v.nullish(v.number()),
      lastReportedAt: optionalText,
      countryCode: optionalText,
      isp: optionalText,
      usageType: optionalText,
      isTor: v.nullish(v.boolean()),
    }),
  }),
  v.object({ errors: v.array(v.object({ status: v.literal(422) })) }),
])

export const searcher = defineSearcher({
  name: 'abuseipdb',
  artifactTypes: ['net.ip'],
  sources: [abuseipdb],
  settings: {
    ABUSEIPDB_MIN_SCORE: setting(wholeNumber(0, 100), {
      default: '25',
      description: 'the lowest confidence score of AbuseIPDB, of 100, that makes a hit',
    }),
  },
  ttlSecs: 3600,
  async search(artifact, { ask, settings }) {
    const query = { ipAddress: artifact.value, maxAgeInDays: '90' }
    const found = await ask(abuseipdb, { path: '/api/v2/check', query, answers: [422], schema: answerSchema })
    if (!('data' in found)) return []
    const { data } = found
    const isBad = data.totalReports > 0 && data.abuseConfidenceScore >= settings.ABUSEIPDB_MIN_SCORE
    if (!isBad || data.isWhitelisted) return []
    return [
      hit(
        text('Source', 'AbuseIPDB'),
        number('Confidence of abuse (%)', data.abuseConfidenceScore),
        number('Reports in 90 days', data.totalReports),
        number('Reporters', data.numDistinctUsers),
        text('Last reported', data.lastReportedAt),
        text('Country', data.countryCode),
        text('Provider', data.isp),
        text('Usage', data.usageType),
        text('Tor exit', data.isTor ? 'yes' : undefined),
        uri('Report', `https://www.abuseipdb.com/check/${encodeURIComponent(artifact.value)}`),
      ),
    ]
  },
})
