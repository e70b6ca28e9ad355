import * as v from 'valibot'
import {
  canonical,
  defineSource,
  hit,
  keyRefused,
  number,
  setting,
  text,
  unexpectedAnswer,
  uri,
  wholeNumber,
  type ArtifactType,
  type Hit,
  type LookUpContext,
} from '../core/define.ts'

/** So many entries are shown, the newest: a server of many ports has one for each. */
const SHOWN = 20

const ownSettings = {
  THREATFOX_MIN_CONFIDENCE: setting(wholeNumber(0, 100), {
    default: '50',
    description: 'the lowest confidence of ThreatFox, of 100, that makes a hit',
  }),
}
type Context = LookUpContext<typeof ownSettings>

/** How ThreatFox calls what an artifact is: https://threatfox.abuse.ch/api/#ioc-types */
const IOC_TYPES: { [T in ArtifactType]?: string } = {
  'net.ip': 'ip:port',
  'net.name': 'domain',
  'net.uri': 'url',
  'hash.md5': 'md5_hash',
  'hash.sha1': 'sha1_hash',
  'hash.sha256': 'sha256_hash',
}

/** abuse.ch's database of indicators of compromise: https://threatfox.abuse.ch/api/#search-ioc */
export const threatfox = defineSource({
  id: 'threatfox',
  title: 'ThreatFox',
  reach: 'query',
  url: 'https://threatfox-api.abuse.ch',
  key: { header: 'Auth-Key', from: 'https://auth.abuse.ch/', freeQuota: 'fair use' },
  settings: ownSettings,
  lookUp: {
    // addresses are kept with their port: they are found as a part, and compared here
    'net.ip': (address, context) => find(address, context, false),
    'net.name': byValue,
    'net.uri': async (url, context) => {
      // a bare host may be kept with its slash or without
      const bare = /^[^/]+:\/\/[^/]+\/$/.test(url) ? await byValue(url.slice(0, -1), context) : []
      return bare.length > 0 ? bare : byValue(url, context)
    },
    'hash.md5': byValue,
    'hash.sha1': byValue,
    'hash.sha256': byValue,
  },
  // fair use: it says so at 200
  meaningOf: ({ status, body }) =>
    status === 200 && /"query_status":\s*"rate_limited"/.test(body) ? 'rate_limited' : undefined,
})

/** What it says at 200 of a key that it does not take. */
const KEY_REFUSED = new Set(['unknown_auth_key', 'unauthorized', 'no_auth_key'])

/** The last: what was asked is no indicator to ThreatFox, so it cannot know it. */
const NOTHING_FOUND = new Set(['no_result', 'no_results', 'illegal_search_term'])

const optionalText = v.nullish(v.string())

/** Only what is shown and compared. */
const indicatorSchema = v.object({
  id: v.union([v.string(), v.number()]),
  ioc: v.string(),
  ioc_type: v.string(),
  threat_type_desc: optionalText,
  malware_printable: optionalText,
  malware_alias: optionalText,
  malware_malpedia: optionalText,
  confidence_level: v.nullish(v.number()),
  is_compromised: v.nullish(v.union([v.boolean(), v.number()])),
  first_seen: optionalText,
  last_seen: optionalText,
  reference: optionalText,
  reporter: optionalText,
  tags: v.nullish(v.array(v.string())),
})
type Indicator = v.InferOutput<typeof indicatorSchema>

/** `data` is a sentence unless something was found. */
const answerSchema = v.union([
  v.object({ query_status: v.literal('ok'), data: v.array(indicatorSchema) }),
  v.object({ query_status: v.pipe(v.string(), v.notValue('ok')) }),
])

function byValue(value: string, context: Context): Promise<Hit[]> {
  return find(value, context, true)
}

async function find(value: string, { type, ask, settings }: Context, isWhole: boolean): Promise<Hit[]> {
  const json = { query: 'search_ioc', search_term: value, ...(isWhole && { exact_match: true }) }
  const found = await ask({ path: '/api/v1/', json, repeatable: true, schema: answerSchema })
  if (!('data' in found)) {
    if (KEY_REFUSED.has(found.query_status)) throw keyRefused(threatfox)
    if (NOTHING_FOUND.has(found.query_status)) return []
    throw unexpectedAnswer(threatfox, `query_status "${found.query_status}"`)
  }
  const ours = comparable(type, value)
  const known = found.data
    .filter(({ ioc, ioc_type }) => ioc_type === IOC_TYPES[type] && comparable(type, ioc) === ours)
    // without a word of its own, what ThreatFox itself assumes
    .filter(({ confidence_level }) => (confidence_level ?? 50) >= settings.THREATFOX_MIN_CONFIDENCE)
    .toSorted((a, b) => Number(b.id) - Number(a.id))
  return known.slice(0, SHOWN).map((indicator) => toHit(indicator, known.length))
}

function toHit(indicator: Indicator, matches: number): Hit {
  return hit(
    text('Indicator', indicator.ioc),
    text('Malware', indicator.malware_printable),
    text('Malware aliases', indicator.malware_alias),
    text('Threat', indicator.threat_type_desc),
    number('Confidence (%)', indicator.confidence_level),
    text('Compromised host', indicator.is_compromised ? 'yes' : undefined),
    text('Tags', indicator.tags),
    text('First seen', indicator.first_seen),
    text('Last seen', indicator.last_seen),
    text('Reporter', indicator.reporter),
    text('Matches in all', matches > SHOWN ? matches : undefined),
    uri('Malpedia', indicator.malware_malpedia),
    uri('Report', `https://threatfox.abuse.ch/ioc/${encodeURIComponent(indicator.id)}/`),
  )
}

/** What is equal for values that mean the same: addresses are kept with a port, and in any case. */
function comparable(type: ArtifactType, value: string): string {
  return String(canonical(type, value).value).toLowerCase()
}
