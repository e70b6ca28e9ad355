import * as v from 'valibot'
import {
  defineSource,
  distinct,
  hit,
  keyRefused,
  text,
  unexpectedAnswer,
  uri,
  type Found,
  type LookUpContext,
} from '../core/define.ts'

/** abuse.ch's database of addresses that spread malware: https://urlhaus-api.abuse.ch */
export const urlhaus = defineSource({
  id: 'urlhaus',
  title: 'URLhaus',
  reach: 'query',
  url: 'https://urlhaus-api.abuse.ch',
  key: { header: 'Auth-Key', from: 'https://auth.abuse.ch/', freeQuota: 'fair use' },
  lookUp: {
    'net.uri': (url, context) => find({ path: '/v1/url/', field: 'url', value: url }, context),
    'net.name': byHost,
    'net.ip': byHost,
    'hash.md5': (hash, context) => find({ path: '/v1/payload/', field: 'md5_hash', value: hash }, context),
    'hash.sha256': (hash, context) => find({ path: '/v1/payload/', field: 'sha256_hash', value: hash }, context),
  },
})

/** The last four: what was asked is no address, host or hash to URLhaus, so it cannot know it. */
const NOTHING_FOUND = new Set(['no_results', 'invalid_url', 'invalid_host', 'invalid_md5_hash', 'invalid_sha256_hash'])

const optionalText = v.nullish(v.string())
const numeral = v.nullish(v.union([v.string(), v.number()]))

/** Only what is shown. `query_status` says whether there is anything; a number comes as a string here and there. */
const answerSchema = v.object({
  query_status: v.string(),
  threat: optionalText,
  url_status: optionalText,
  signature: optionalText,
  file_type: optionalText,
  url_count: numeral,
  date_added: optionalText,
  firstseen: optionalText,
  reporter: optionalText,
  tags: v.nullish(v.array(v.string())),
  blacklists: v.nullish(v.object({ spamhaus_dbl: optionalText, surbl: optionalText })),
  payloads: v.nullish(v.array(v.object({ file_type: optionalText, signature: optionalText }))),
  urls: v.nullish(v.array(v.object({ threat: optionalText, url_status: optionalText }))),
  urlhaus_reference: optionalText,
})

/** An endpoint of URLhaus, and the field of a form that takes the value. */
interface Query {
  path: string
  field: string
  value: string
}

function byHost(host: string, context: LookUpContext): Promise<Found> {
  return find({ path: '/v1/host/', field: 'host', value: host }, context)
}

async function find({ path, field, value }: Query, { ask }: LookUpContext): Promise<Found> {
  const found = await ask({ path, form: { [field]: value }, repeatable: true, schema: answerSchema })
  if (found.query_status === 'unknown_auth_key') throw keyRefused(urlhaus)
  if (NOTHING_FOUND.has(found.query_status)) return []
  if (found.query_status !== 'ok') throw unexpectedAnswer(urlhaus, `query_status "${found.query_status}"`)
  return [
    hit(
      text('Threat', found.threat ?? distinct(found.urls?.map((url) => url.threat))),
      text('Status', found.url_status ?? distinct(found.urls?.map((url) => url.url_status))),
      text('Malware', found.signature ?? distinct(found.payloads?.map((payload) => payload.signature))),
      text('File types', found.file_type ?? distinct(found.payloads?.map((payload) => payload.file_type))),
      text('Known addresses', found.url_count),
      text('Tags', found.tags),
      text('First seen', found.date_added ?? found.firstseen),
      text('Reporter', found.reporter),
      text('Spamhaus DBL', listed(found.blacklists?.spamhaus_dbl)),
      text('SURBL', listed(found.blacklists?.surbl)),
      uri('Report', found.urlhaus_reference ?? pageOf(value)),
    ),
  ]
}

/** Where URLhaus shows what it has of a file: an answer about one names no page. */
function pageOf(hash: string): string {
  return `https://urlhaus.abuse.ch/browse.php?search=${encodeURIComponent(hash)}`
}

/** What a blacklist says, unless it says that the host is not on it. */
function listed(verdict: string | null | undefined): string | undefined {
  return verdict === 'not listed' ? undefined : (verdict ?? undefined)
}
