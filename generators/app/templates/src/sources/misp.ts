import * as v from 'valibot'
import {
  canonical,
  defineSource,
  flag,
  hit,
  setting,
  text,
  unexpectedAnswer,
  uri,
  type ArtifactType,
  type ArtifactValue,
  type Hit,
  type LookUpContext,
} from '../core/define.ts'

/** So many entries are asked for at once; MISP has no other way to bound an answer. */
const LIMIT = 100
/** So many values go into one question: an artifact may hold a thousand mail addresses. */
const VALUES = 100
/** The tags that say who may be told: https://www.first.org/tlp/ */
const TLP = /^tlp:/i
/** So many entries are shown, the newest. */
const SHOWN = 20

/** The types of MISP's attributes that can hold an artifact: https://www.circl.lu/doc/misp/categories-and-types/ */
const TYPES: { [T in ArtifactType]?: readonly string[] } = {
  'net.ip': ['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port', 'domain|ip'],
  'net.name': ['domain', 'hostname', 'domain|ip', 'hostname|port'],
  'net.uri': ['url', 'link', 'uri'],
  'hash.md5': ['md5', 'filename|md5', 'malware-sample'],
  'hash.sha1': ['sha1', 'filename|sha1'],
  'hash.sha256': ['sha256', 'filename|sha256'],
  'email.header.sender_address': ['email', 'email-src', 'email-dst'],
  'file.name': ['filename', 'filename|md5', 'filename|sha1', 'filename|sha256', 'attachment'],
  'system.registry': ['regkey', 'regkey|value'],
}

const ownSettings = {
  MISP_IDS_ONLY: setting(flag(), {
    default: 'true',
    description: 'whether only attributes of MISP that are marked for detection (`to_ids`) make a hit',
  }),
}
type Context = LookUpContext<typeof ownSettings>

/** An instance of MISP, by its search for attributes: https://www.misp-project.org/openapi/#operation/restSearchAttributes */
export const misp = defineSource({
  id: 'misp',
  title: 'MISP',
  reach: 'own',
  key: { header: 'Authorization', from: 'your MISP: My Profile, Auth keys' },
  settings: ownSettings,
  lookUp: {
    'net.ip': byValue,
    'net.name': byValue,
    'net.uri': (url, context) => find(spellingsOf(url), context),
    'hash.md5': byValue,
    'hash.sha1': byValue,
    'hash.sha256': byValue,
    'file.content': (file, context) => find([file.sha256], context, 'hash.sha256'),
    'email.header.sender_address': byValue,
    'email.header.to': (addresses, context) => find(addresses, context, 'email.header.sender_address'),
    'file.name': byValue,
    'system.registry': (registry, context) => find(pathsOf(registry), context),
  },
  // for a role that may not search at all: app/Controller/Component/RateLimitComponent.php of MISP
  meaningOf: ({ status, body }) =>
    status === 405 && /API searches are not allowed/i.test(body) ? 'key_refused' : undefined,
  // the same component: seconds, in a header of its own
  retryAfterSecs({ headers }) {
    const secs = headers.get('x-rate-limit-reset')
    return secs === null ? undefined : Number(secs)
  },
})

const optionalText = v.nullish(v.string())
const numeral = v.union([v.string(), v.number()])

/** Only what is shown and compared; numbers come as strings. */
const attributeSchema = v.object({
  event_id: numeral,
  type: v.string(),
  category: optionalText,
  to_ids: v.boolean(),
  value: v.string(),
  comment: optionalText,
  timestamp: v.nullish(numeral),
  first_seen: optionalText,
  last_seen: optionalText,
  Event: v.nullish(v.object({ info: optionalText })),
  Tag: v.nullish(v.array(v.object({ name: v.string() }))),
  warnings: v.nullish(v.array(v.object({ warninglist_name: optionalText, warninglist_category: optionalText }))),
})
type Attribute = v.InferOutput<typeof attributeSchema>
const answerSchema = v.object({ response: v.object({ Attribute: v.array(attributeSchema) }) })

function byValue(value: string, context: Context): Promise<Hit[]> {
  return find([value], context)
}

/** What MISP has of any of the values; `type` says what they are. */
async function find(values: readonly string[], context: Context, type: ArtifactType = context.type): Promise<Hit[]> {
  const { settings, url } = context
  const ours = new Set(values.map((value) => comparable(type, value)))
  const known: Attribute[] = []
  for (let at = 0; at < values.length; at += VALUES) {
    const attributes = await search(values.slice(at, at + VALUES), type, context)
    const matching = attributes.filter((attribute) =>
      partsOf(attribute).some((part) => ours.has(comparable(type, part))),
    )
    if (attributes.length >= LIMIT && matching.length === 0) {
      throw unexpectedAnswer(misp, `${LIMIT} attributes, none of them of the value that was asked for`)
    }
    known.push(...matching.filter((attribute) => counts(attribute, settings.MISP_IDS_ONLY)))
  }
  const newest = known.toSorted((a, b) => Number(b.timestamp ?? 0) - Number(a.timestamp ?? 0)).slice(0, SHOWN)
  return newest.map((attribute) => toHit(attribute, url, known.length))
}

async function search(
  values: readonly string[],
  type: ArtifactType,
  { ask, settings }: Context,
): Promise<readonly Attribute[]> {
  const json = {
    returnFormat: 'json',
    // in a list MISP takes neither `&&` nor a leading `!` for a query; `%` at either end it does
    value: { OR: values },
    type: TYPES[type],
    ...(settings.MISP_IDS_ONLY && { to_ids: true }),
    includeEventTags: true,
    includeWarninglistHits: true,
    limit: LIMIT,
    page: 1,
  }
  const { response } = await ask({ path: '/attributes/restSearch', json, repeatable: true, schema: answerSchema })
  return response.Attribute
}

/** Whether an attribute speaks against its value: a list of false positives that holds the value takes that back. */
function counts({ to_ids, warnings }: Attribute, idsOnly: boolean): boolean {
  const isFalsePositive = warnings?.some((warning) => warning.warninglist_category !== 'known')
  return (to_ids || !idsOnly) && !isFalsePositive
}

function toHit(attribute: Attribute, url: string, matches: number): Hit {
  const tags = attribute.Tag?.map(({ name }) => name) ?? []
  return hit(
    text('Event', attribute.Event?.info),
    text('Value', attribute.value),
    text('Category', attribute.category),
    text('Type', attribute.type),
    text('Comment', attribute.comment),
    text(
      'TLP',
      tags.filter((tag) => TLP.test(tag)),
    ),
    text(
      'Tags',
      tags.filter((tag) => !TLP.test(tag)),
    ),
    text('Known as', namesOf(attribute.warnings)),
    text('First seen', attribute.first_seen),
    text('Last seen', attribute.last_seen),
    text('Changed', dateOf(attribute.timestamp)),
    text('Matches in all', matches > SHOWN ? matches : undefined),
    uri('Report', `${url}/events/view/${encodeURIComponent(attribute.event_id)}`),
  )
}

/** Lists of the category `known` only say whose a value is. */
function namesOf(warnings: Attribute['warnings']): string[] {
  return warnings?.map(({ warninglist_name }) => warninglist_name).filter((name) => name != null) ?? []
}

/** An attribute's value, and the parts of one that has two, as `evil.example|203.0.113.7`. */
function partsOf({ type, value }: Attribute): string[] {
  return type.includes('|') || type === 'malware-sample' ? [value, ...value.split('|')] : [value]
}

/** What is equal for values that mean the same: feeds keep them as somebody wrote them. */
function comparable(type: ArtifactType, value: string): string {
  return String(canonical(type, value).value).toLowerCase()
}

/** A URL as it may be kept: that of a bare host with and without its slash. */
function spellingsOf(url: string): string[] {
  return /^[^/]+:\/\/[^/]+\/$/.test(url) ? [url, url.slice(0, -1)] : [url]
}

/** A registry entry as it may be kept: its key, and its key with its name. */
function pathsOf({ key, entry_name }: ArtifactValue<'system.registry'>): string[] {
  return entry_name ? [key, `${key}\\${entry_name}`] : [key]
}

function dateOf(epochSecs: string | number | null | undefined): Date | undefined {
  const date = new Date(Number(epochSecs ?? Number.NaN) * 1000)
  return Number.isNaN(date.getTime()) ? undefined : date
}
