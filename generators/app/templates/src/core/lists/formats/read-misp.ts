import { BrokenList } from '../errors.ts'
import { cut, describedAs, MAX_DESCRIPTION, MAX_LABELS, toText, type Details } from '../details.ts'
import type { Draft } from '../draft.ts'
import { Pacer } from './chunks.ts'
import { isObject, objectsOf, textOf, textsOf, timeOf, timeOfSeconds, type JsonObject } from './json.ts'
import type { ListedType } from '../entry.ts'

const IP: ListedType[] = ['net.ip', 'net.cidr']
const MAIL: ListedType[] = ['email.header.sender_address', 'email.header.to']

/** What MISP calls the artifacts that entries of lists can match. */
const TYPES = new Map<string, readonly ListedType[]>([
  ['ip-src', IP],
  ['ip-dst', IP],
  ['ip-src|port', IP],
  ['ip-dst|port', IP],
  ['domain|ip', ['net.name', ...IP]],
  ['domain', ['net.name']],
  ['hostname', ['net.name']],
  ['hostname|port', ['net.name']],
  ['url', ['net.uri']],
  ['uri', ['net.uri']],
  ['link', ['net.uri']],
  ['md5', ['hash.md5']],
  ['sha1', ['hash.sha1']],
  ['sha256', ['hash.sha256', 'file.content']],
  ['filename|md5', ['hash.md5']],
  ['filename|sha1', ['hash.sha1']],
  ['filename|sha256', ['hash.sha256', 'file.content']],
  ['email', MAIL],
  ['email-src', MAIL],
  ['email-dst', MAIL],
])

/** Whether a JSON file is one of MISP's warninglists. */
export function isWarninglist(json: unknown): json is JsonObject {
  return isObject(json) && isObject(json['list']) !== Array.isArray(json['list']) && typeof json['type'] === 'string'
}

/**
 * Reads a warninglist: `string` exactly, `hostname` with all beneath, `cidr`.
 * @throws {BrokenList} if its type is another one.
 */
export async function readWarninglist(json: JsonObject, draft: Draft): Promise<void> {
  const { type, list } = json
  const values: unknown[] = Array.isArray(list) ? list : Object.keys(list as JsonObject)
  if (type === 'substring' || type === 'regex') {
    draft.leftOut += values.length
    return
  }
  if (type !== 'string' && type !== 'hostname' && type !== 'cidr')
    throw new BrokenList(
      `is a warninglist of the type "${cut(String(type), 50)}": only string, hostname and cidr are known`,
    )
  const attributes = textsOf(json['matching_attributes'])
  if (attributes.length > 0) draft.limitTo(attributes.flatMap((attribute) => TYPES.get(attribute) ?? []))
  const pacer = new Pacer()
  for (const [i, value] of values.entries()) {
    const comment = isObject(list) && typeof value === 'string' ? textOf(list[value]) : undefined
    const text = typeof value === 'object' ? '' : String(value)
    draft.add(text, i + 1, { details: describedAs(comment ?? ''), beneath: type === 'hostname' })
    if (pacer.isDue()) await pacer.rest()
  }
}

/**
 * Reads the attributes that MISP would let an intrusion detection system have (`to_ids`), of the events of a JSON file:
 * of a feed, an export or a search.
 * @returns how many events there are; 0: it is something else.
 */
export async function readEvents(json: unknown, draft: Draft): Promise<number> {
  const response = isObject(json) ? (json['response'] ?? json) : json
  const pacer = new Pacer()
  let [events, number] = [0, 0]
  for (const one of Array.isArray(response) ? response : [response]) {
    if (pacer.isDue()) await pacer.rest()
    const event = eventOf(one)
    if (!event) continue
    events++
    const about = aboutEvent(event)
    for (const holder of [event, ...objectsOf(event['Object'])])
      for (const attribute of objectsOf(holder['Attribute'])) {
        addAttribute(attribute, { number: ++number, about, draft })
        if (pacer.isDue()) await pacer.rest()
      }
  }
  return events
}

function eventOf(json: unknown): JsonObject | undefined {
  if (!isObject(json)) return undefined
  if (isObject(json['Event'])) return json['Event']
  return Array.isArray(json['Attribute']) ? json : undefined
}

function addAttribute(
  attribute: JsonObject,
  { number, about, draft }: { number: number; about: AboutEvent; draft: Draft },
): void {
  const { type, value, to_ids: isIndicator, deleted } = attribute
  if (!isIndicator || isIndicator === '0' || deleted === true) return
  const isKnown = typeof type === 'string' && TYPES.has(type)
  const values = isKnown && typeof value === 'string' ? partsOf(type, value) : []
  if (values.length === 0) {
    draft.leftOut++
    return
  }
  const details = toText(detailsOf(attribute, about))
  for (const one of values) draft.add(one, number, { details })
}

/** The parts of a value that can be looked up: of `filename|sha256` the second, of `ip-dst|port` the first. */
function partsOf(type: string, value: string): string[] {
  if (!type.includes('|')) return [value]
  const [first = '', second = ''] = value.split('|', 2)
  if (type === 'domain|ip') return [first, second]
  return [type.startsWith('filename|') ? second : first]
}

/** What is said of all attributes of an event, each of which gets a copy: no more than is shown. */
interface AboutEvent extends Tags {
  info: string | undefined
  date: number | undefined
}

interface Tags {
  labels: readonly string[]
  tlp: string | undefined
}

function aboutEvent(event: JsonObject): AboutEvent {
  const info = textOf(event['info'])
  return { info: info && cut(info, MAX_DESCRIPTION), date: timeOf(event['date']), ...tagsOf(event) }
}

function tagsOf(tagged: JsonObject): Tags {
  const tags = objectsOf(tagged['Tag']).flatMap(({ name }) => textOf(name) ?? [])
  return { labels: tags.filter((tag) => !isTlp(tag)).slice(0, MAX_LABELS), tlp: tags.find(isTlp)?.toUpperCase() }
}

function isTlp(tag: string): boolean {
  return /^tlp:/i.test(tag)
}

function detailsOf(attribute: JsonObject, { info, date, labels, tlp }: AboutEvent): Details {
  const own = tagsOf(attribute)
  const said = [info, textOf(attribute['comment'])].filter((text) => text !== undefined)
  return {
    description: said.join(': '),
    labels: [...own.labels, ...labels],
    tlp: own.tlp ?? tlp,
    listedSince: timeOfSeconds(attribute['timestamp']) ?? date,
  }
}
