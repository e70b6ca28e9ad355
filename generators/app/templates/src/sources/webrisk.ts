import * as v from 'valibot'
import { defineSource, hit, setting, text, type Found, type LookUpContext } from '../core/define.ts'

/** The lists that can be asked for: https://cloud.google.com/web-risk/docs/reference/rest/v1/ThreatType */
const THREAT_TYPES = [
  'MALWARE',
  'SOCIAL_ENGINEERING',
  'UNWANTED_SOFTWARE',
  'SOCIAL_ENGINEERING_EXTENDED_COVERAGE',
] as const

const ownSettings = {
  WEBRISK_THREAT_TYPES: setting(
    v.pipe(
      v.string(),
      v.transform((names) => names.split(',').map((name) => name.trim())),
      v.array(v.picklist(THREAT_TYPES, `must be one or more of ${THREAT_TYPES.join(', ')}, joined by commas`)),
    ),
    {
      default: 'MALWARE,SOCIAL_ENGINEERING,UNWANTED_SOFTWARE',
      description:
        'which lists of Google Web Risk are asked; SOCIAL_ENGINEERING_EXTENDED_COVERAGE finds more, and is less sure',
    },
  ),
}

/** Google's lists of unsafe web resources: https://cloud.google.com/web-risk/docs/reference/rest/v1/uris/search */
export const webrisk = defineSource({
  id: 'webrisk',
  title: 'Google Web Risk',
  reach: 'query',
  url: 'https://webrisk.googleapis.com',
  // not as `?key=`, which ends up in the logs of proxies
  key: {
    header: 'X-Goog-Api-Key',
    from: 'https://console.cloud.google.com/apis/credentials',
    freeQuota: '100,000 calls a month',
  },
  rateLimit: '6000/min',
  settings: ownSettings,
  lookUp: { 'net.uri': find },
  // a wrong key is a 400, as is a URL that it does not take: https://cloud.google.com/apis/design/errors#error_info
  meaningOf: ({ status, body }) => (status === 400 && body.includes('"API_KEY_INVALID"') ? 'key_refused' : undefined),
})

/** Nothing found is an object without anything in it. `error` comes with 400, for what is no URL to Web Risk. */
const answerSchema = v.union([
  v.object({ threat: v.object({ threatTypes: v.array(v.string()), expireTime: v.nullish(v.string()) }) }),
  v.object({ error: v.object({ code: v.literal(400), status: v.literal('INVALID_ARGUMENT') }) }),
  v.strictObject({}),
])

async function find(url: string, { ask, settings }: LookUpContext<typeof ownSettings>): Promise<Found> {
  // the lists are of the web: nothing else is in them
  if (!/^https?:/.test(url)) return []
  const query = { threatTypes: settings.WEBRISK_THREAT_TYPES, uri: url }
  const found = await ask({ path: '/v1/uris:search', query, answers: [400], schema: answerSchema })
  if (!('threat' in found)) return []
  const { threatTypes, expireTime } = found.threat
  const hits = [hit(text('Threats', threatTypes), text('Listed until', expireTime))]
  // longer than that a hit must not be kept
  const freshMs = Date.parse(expireTime ?? '') - Date.now()
  return Number.isNaN(freshMs) ? hits : { hits, freshSecs: Math.max(1, Math.floor(freshMs / 1000)) }
}
