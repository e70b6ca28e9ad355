import { BrokenList } from '../errors.ts'
import { cut, describedAs, toText, type Details } from '../details.ts'
import type { Draft } from '../draft.ts'
import { Pacer } from './chunks.ts'
import { isObject, objectsOf, textOf, textsOf, timeOf, type JsonObject } from './json.ts'
import type { ListedType } from '../entry.ts'

const IP: ListedType[] = ['net.ip', 'net.cidr']
const MAIL: ListedType[] = ['email.header.sender_address', 'email.header.to']

/** What MISP calls the artifacts that entries of lists can match. */
const TYPES: Record<string, readonly ListedType[]> = {
  'ip-src': IP,
  'ip-dst': IP,
  'ip-src|port': IP,
  'ip-dst|port': IP,
  'domain|ip': ['net.name', ...IP],
  domain: ['net.name'],
  hostname: ['net.name'],
  'hostname|port': ['net.name'],
  url: ['net.uri'],
  uri: ['net.uri'],
  link: ['net.uri'],
  md5: ['hash.md5'],
  sha1: ['hash.sha1'],
  sha256: ['hash.sha256', 'file.content'],
  'filename|md5': ['hash.md5'],
  'filename|sha1': ['hash.sha1'],
  'filename|sha256': ['hash.sha256', 'file.content'],
  email: MAIL,
  'email-src': MAIL,
  'email-dst': MAIL,
}

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
  if (attributes.length > 0) draft.limitTo(attributes.flatMap((attribute) => TYPES[attribute] ?? []))
  const pacer = new Pacer()
  for (const [i, value] of values.entries()) {
    const comment = isObject(list) && typeof value === 'string' ? textOf(list[value]) : undefined
    draft.add(String(value), i + 1, { details: describedAs(comment ?? ''), beneath: type === 'hostname' })
    if (pacer.isDue()) await pacer.rest()
  }
}

/** The events of a JSON file: of a feed, an export or a search; none: it is something else. */
export function eventsOf(json: unknown): JsonObject[] {
  const response = isObject(json) ? (json['response'] ?? json) : json
  return [response].flat().flatMap((one) => {
    if (!isObject(one)) return []
    if (isObject(one['Event'])) return [one['Event']]
    return Array.isArray(one['Attribute']) ? [one] : []
  })
}

/** Reads the attributes of events that MISP would let an intrusion detection system have (`to_ids`). */
export async function readEvents(events: readonly JsonObject[], draft: Draft): Promise<void> {
  const pacer = new Pacer()
  let number = 0
  for (const event of events) {
    const attributes = [event, ...objectsOf(event['Object'])].flatMap((one) => objectsOf(one['Attribute']))
    for (const attribute of attributes) {
      number++
      const { type, value, to_ids: isIndicator, deleted } = attribute
      if (!isIndicator || isIndicator === '0' || deleted === true) continue
      const values = typeof type === 'string' && TYPES[type] && typeof value === 'string' ? partsOf(type, value) : []
      if (values.length === 0) draft.leftOut++
      const details = toText(detailsOf(event, attribute))
      for (const one of values) draft.add(one, number, { details })
      if (pacer.isDue()) await pacer.rest()
    }
  }
}

/** The parts of a value that can be looked up: of `filename|sha256` the second, of `ip-dst|port` the first. */
function partsOf(type: string, value: string): string[] {
  if (!type.includes('|')) return [value]
  const [first = '', second = ''] = value.split('|')
  if (type === 'domain|ip') return [first, second]
  return [type.startsWith('filename|') ? second : first]
}

function detailsOf(event: JsonObject, attribute: JsonObject): Details {
  const tags = [...objectsOf(attribute['Tag']), ...objectsOf(event['Tag'])].flatMap(({ name }) => textOf(name) ?? [])
  const tlp = tags.find((tag) => /^tlp:/i.test(tag))
  const comment = [textOf(event['info']), textOf(attribute['comment'])].filter((text) => text !== undefined)
  return {
    description: comment.join(': '),
    labels: tags.filter((tag) => !/^tlp:/i.test(tag)),
    tlp: tlp?.toUpperCase(),
    listedSince: Number(attribute['timestamp']) * 1000 || timeOf(event['date']),
  }
}
