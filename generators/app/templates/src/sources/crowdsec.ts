import * as v from 'valibot'
import { defineSource, hit, number, setting, text, uri, type Hit, type LookUpContext } from '../core/define.ts'

/** What CrowdSec can say that may count: https://docs.crowdsec.net/u/cti_api/taxonomy/cti_object */
const REPUTATIONS = ['malicious', 'suspicious'] as const

const ownSettings = {
  CROWDSEC_REPUTATIONS: setting(
    v.pipe(
      v.string(),
      v.transform((names) => names.split(',').map((name) => name.trim())),
      v.array(v.picklist(REPUTATIONS, `must be one or more of ${REPUTATIONS.join(', ')}, joined by commas`)),
    ),
    { default: 'malicious', description: 'which reputations of CrowdSec make a hit; it also knows suspicious' },
  ),
}

/** How long calls pause after "Too Many Requests", and after the quota is used up: in seconds. CrowdSec does not say. */
const PAUSE_SECS = 5
const QUOTA_SECS = 3600

/** Addresses that attacked those who run CrowdSec: https://docs.crowdsec.net/u/cti_api/api_introduction/ */
export const crowdsec = defineSource({
  id: 'crowdsec',
  title: 'CrowdSec',
  reach: 'query',
  url: 'https://cti.api.crowdsec.net',
  key: { header: 'x-api-key', from: 'https://app.crowdsec.net/settings/cti-api-keys', freeQuota: '120 calls a month' },
  rateLimit: '120/30d',
  ttlSecs: 86_400,
  settings: ownSettings,
  lookUp: { 'net.ip': find },
  retryAfterSecs: ({ body }) => (/limit exceeded/i.test(body) ? QUOTA_SECS : PAUSE_SECS),
})

const optionalText = v.nullish(v.string())
const optionalNumber = v.nullish(v.number())
const labels = v.nullish(v.array(v.object({ name: optionalText, label: optionalText })))

/** Only what is shown: nearly all of it can be null. `message` alone comes with 404. */
const answerSchema = v.union([
  v.object({
    reputation: optionalText,
    ip: v.string(),
    ip_range: optionalText,
    as_name: optionalText,
    confidence: optionalText,
    background_noise: optionalText,
    location: v.nullish(v.object({ country: optionalText, city: optionalText })),
    reverse_dns: optionalText,
    behaviors: labels,
    attack_details: labels,
    classifications: v.nullish(v.object({ false_positives: labels, classifications: labels })),
    history: v.nullish(v.object({ first_seen: optionalText, last_seen: optionalText })),
    scores: v.nullish(v.object({ overall: v.nullish(v.object({ total: optionalNumber })) })),
    cves: v.nullish(v.array(v.string())),
  }),
  v.object({ message: v.pipe(v.string(), v.regex(/information not found/i)) }),
])

async function find(ip: string, { ask, settings }: LookUpContext<typeof ownSettings>): Promise<Hit[]> {
  const path = `/v2/smoke/${encodeURIComponent(ip)}`
  const found = await ask({ path, answers: [404], schema: answerSchema })
  if (!('ip' in found)) return []
  const isBad = settings.CROWDSEC_REPUTATIONS.some((reputation) => reputation === found.reputation)
  if (!isBad || (found.classifications?.false_positives ?? []).length > 0) return []
  return [
    hit(
      text('Reputation', found.reputation),
      text('Confidence', found.confidence),
      number('Score of 5', found.scores?.overall?.total),
      text('Behaviors', namesOf(found.behaviors)),
      text('Attacks', namesOf(found.attack_details)),
      text('Vulnerabilities', found.cves),
      text('Classifications', namesOf(found.classifications?.classifications)),
      text('Background noise', found.background_noise),
      text('First seen', found.history?.first_seen),
      text('Last seen', found.history?.last_seen),
      text('Network', found.as_name),
      text('Range', found.ip_range),
      text('Host name', found.reverse_dns),
      text('Country', found.location?.country),
      text('City', found.location?.city),
      uri('Report', `https://app.crowdsec.net/cti/${encodeURIComponent(ip)}`),
    ),
  ]
}

function namesOf(items: v.InferOutput<typeof labels>): string[] {
  return (items ?? []).map(({ name, label }) => label ?? name).filter((name) => name != null)
}
