import * as v from 'valibot'
import {
  defineSource,
  distinct,
  hit,
  number,
  setting,
  SourceError,
  text,
  unexpectedAnswer,
  uri,
  wholeNumber,
  type Found,
  type LookUpContext,
} from '../core/define.ts'

const ownSettings = {
  ABUSEIPDB_MIN_SCORE: setting(wholeNumber(0, 100), {
    default: '25',
    description: 'the lowest confidence score of AbuseIPDB, of 100, that makes a hit',
  }),
}
type Context = LookUpContext<typeof ownSettings>

/** Reports of abusive addresses by those who were attacked: https://docs.abuseipdb.com/ */
export const abuseipdb = defineSource({
  id: 'abuseipdb',
  title: 'AbuseIPDB',
  reach: 'query',
  url: 'https://api.abuseipdb.com',
  key: {
    header: 'Key',
    from: 'https://www.abuseipdb.com/account/api',
    freeQuota: '1,000 calls a day, and 100 for networks',
  },
  // of the free plan
  rateLimit: '1000/d',
  ttlSecs: 86_400,
  settings: ownSettings,
  lookUp: { 'net.ip': byAddress, 'net.cidr': byNetwork },
})

const optionalText = v.nullish(v.string())

/** What comes with a status that is no success. */
const refusal = (status: number) => v.object({ errors: v.array(v.object({ status: v.literal(status) })) })

/** Only what is shown. 422: what was asked is no public address, so nobody can have reported it. */
const addressSchema = v.union([
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
  refusal(422),
])

/** https://docs.abuseipdb.com/#check-endpoint */
async function byAddress(ip: string, { ask, settings }: Context): Promise<Found> {
  const query = { ipAddress: ip, maxAgeInDays: '90' }
  const found = await ask({ path: '/api/v2/check', query, answers: [422], schema: addressSchema })
  if (!('data' in found)) return []
  const { data } = found
  const isBad = data.totalReports > 0 && data.abuseConfidenceScore >= settings.ABUSEIPDB_MIN_SCORE
  if (!isBad || data.isWhitelisted) return []
  return [
    hit(
      number('Confidence of abuse (%)', data.abuseConfidenceScore),
      number('Reports in 90 days', data.totalReports),
      number('Reporters', data.numDistinctUsers),
      text('Last reported', data.lastReportedAt),
      text('Country', data.countryCode),
      text('Provider', data.isp),
      text('Usage', data.usageType),
      text('Tor exit', data.isTor ? 'yes' : undefined),
      uri('Report', `https://www.abuseipdb.com/check/${encodeURIComponent(ip)}`),
    ),
  ]
}

/** So many of a network's addresses are named in its hit. */
const SHOWN = 10

const reportedAddress = v.object({
  ipAddress: v.string(),
  numReports: v.number(),
  mostRecentReport: optionalText,
  abuseConfidenceScore: v.number(),
  countryCode: optionalText,
})
type ReportedAddress = v.InferOutput<typeof reportedAddress>

/** 402: the plan does not reach so far. 429: no more of these calls, which have a quota of their own. */
const networkSchema = v.union([
  v.object({ data: v.object({ reportedAddress: v.array(reportedAddress) }) }),
  refusal(402),
  refusal(429),
])

/** https://docs.abuseipdb.com/#check-block-endpoint: 30 days are the most that the free plan lets it look back. */
async function byNetwork(cidr: string, { ask, settings }: Context): Promise<Found> {
  const query = { network: cidr, maxAgeInDays: '30' }
  // a refusal is read here, so that one of networks does not hold up the addresses
  const found = await ask({ path: '/api/v2/check-block', query, answers: [402, 429], schema: networkSchema })
  if (!('data' in found)) throw refusalOf(cidr, found.errors[0]?.status)
  const bad = found.data.reportedAddress
    .filter(({ numReports, abuseConfidenceScore: score }) => numReports > 0 && score >= settings.ABUSEIPDB_MIN_SCORE)
    .toSorted((a, b) => b.abuseConfidenceScore - a.abuseConfidenceScore)
  return bad.length === 0 ? [] : [networkHit(cidr, bad)]
}

function refusalOf(cidr: string, status: number | undefined): SourceError {
  if (status === 429) {
    return new SourceError('rate_limited', 'AbuseIPDB takes no more calls for networks: their daily quota is spent')
  }
  const size = cidr.slice(cidr.indexOf('/'))
  return unexpectedAnswer(abuseipdb, `the plan does not cover a network of ${size}, the free one only /24 and smaller`)
}

/** @param bad the reported addresses, the worst first. */
function networkHit(cidr: string, bad: readonly ReportedAddress[]) {
  const [network = '', size] = cidr.split('/')
  const shown = bad.slice(0, SHOWN).map(({ ipAddress, abuseConfidenceScore: score }) => `${ipAddress} (${score} %)`)
  const others = bad.length - shown.length
  return hit(
    number('Confidence of abuse (%)', bad[0]?.abuseConfidenceScore),
    number('Bad addresses', bad.length),
    text('Addresses', others > 0 ? [...shown, `and ${others} more`] : shown),
    number(
      'Reports in 30 days',
      bad.reduce((sum, { numReports }) => sum + numReports, 0),
    ),
    text(
      'Last reported',
      distinct(bad.map(({ mostRecentReport }) => mostRecentReport))
        .toSorted()
        .at(-1),
    ),
    text('Country', distinct(bad.map(({ countryCode }) => countryCode)).toSorted()),
    uri('Report', `https://www.abuseipdb.com/check-block/${encodeURIComponent(network)}/${size}`),
  )
}
