import { toText, type Details } from '../details.ts'
import type { Draft } from '../draft.ts'
import { Pacer } from './chunks.ts'
import { isObject, objectsOf, textOf, textsOf, timeOf, type JsonObject } from './json.ts'

/** What an indicator says, as far as a list needs it. */
export interface Indicator {
  values: string[]
  /** Parts of its pattern that cannot be looked up. */
  leftOut: number
  details: Details
}

/** The markings of the traffic light protocol, 1.0 and 2.0, by what their ids end with. */
const TLP = new Map([
  ['613f2e26-407d-48c7-9eca-b8e91df99dc9', 'TLP:WHITE'],
  ['34098fce-860f-48ae-8e50-ebd3cc5e41da', 'TLP:GREEN'],
  ['f88d31f6-486f-44da-b317-01333bde0b82', 'TLP:AMBER'],
  ['5e57c739-391a-4eb3-b6be-7d15ca92d5ed', 'TLP:RED'],
  ['94868c89-83c2-464b-929b-a1a8aa3c8487', 'TLP:CLEAR'],
  ['bab4a63c-aed9-4cf5-a766-dfca5abac2bb', 'TLP:GREEN'],
  ['55d920b0-5e8b-4f79-9ee9-91f868d9b421', 'TLP:AMBER'],
  ['939a9414-2ddd-4d32-a0cd-375ea402b003', 'TLP:AMBER+STRICT'],
  ['e828b379-4e03-4974-9ac4-e53a884c97c1', 'TLP:RED'],
])

/** Whether a JSON file is a STIX bundle. */
export function isBundle(json: unknown): json is JsonObject {
  return isObject(json) && json['type'] === 'bundle'
}

/** Reads the indicators of a bundle. Of the versions of an indicator the newest counts; a revoked one does not. */
export async function readBundle(bundle: JsonObject, draft: Draft): Promise<void> {
  const newest = new Map<unknown, JsonObject>()
  const pacer = new Pacer()
  for (const object of objectsOf(bundle['objects'])) {
    if (object['type'] !== 'indicator') continue
    // one without an id is no version of another
    const id = textOf(object['id']) ?? object
    const known = newest.get(id)
    if (!known || modifiedAt(object) >= modifiedAt(known)) newest.set(id, object)
    if (pacer.isDue()) await pacer.rest()
  }
  let number = 0
  for (const object of newest.values()) {
    number++
    if (isRevoked(object)) continue
    await addIndicator(toIndicator(object), { line: number, draft, pacer })
    if (pacer.isDue()) await pacer.rest()
  }
}

/** Adds what an indicator looks for. */
export async function addIndicator(
  { values, leftOut, details }: Indicator,
  { line, draft, pacer }: { line: number; draft: Draft; pacer: Pacer },
): Promise<void> {
  draft.leftOut += leftOut
  const text = toText(details)
  for (const value of new Set(values)) {
    draft.add(value, line, { details: text })
    if (pacer.isDue()) await pacer.rest()
  }
}

/** What is to be known of an indicator that is not revoked. */
export function toIndicator(object: JsonObject): Indicator {
  const { pattern, pattern_type: language = 'stix' } = object
  const isReadable = typeof pattern === 'string' && language === 'stix'
  return { ...(isReadable ? readPattern(pattern) : { values: [], leftOut: 1 }), details: detailsOf(object) }
}

/** When a version of an object was made, in milliseconds since 1970; 0: it does not say so. */
export function modifiedAt(object: JsonObject): number {
  return timeOf(object['modified']) ?? timeOf(object['created']) ?? 0
}

/** Whether an object was taken back. */
export function isRevoked(object: JsonObject): boolean {
  return object['revoked'] === true
}

function detailsOf(object: JsonObject): Details {
  const { confidence } = object
  const said = [textOf(object['name']), textOf(object['description'])].filter((text) => text !== undefined)
  const labels = [...textsOf(object['indicator_types']), ...textsOf(object['labels'])]
  const markings = textsOf(object['object_marking_refs']).flatMap(
    (id) => TLP.get(id.slice('marking-definition--'.length)) ?? [],
  )
  return {
    description: said.join(': '),
    confidence: typeof confidence === 'number' ? confidence : undefined,
    labels: [...new Set(labels)],
    tlp: markings[0],
    listedSince: timeOf(object['created']) ?? timeOf(object['valid_from']),
    validFrom: timeOf(object['valid_from']),
    validUntil: timeOf(object['valid_until']),
  }
}

/** What a pattern looks for, as far as it can be looked up. */
export interface PatternValues {
  values: string[]
  /** Parts that cannot be looked up: with AND, FOLLOWEDBY, LIKE, MATCHES or NOT, or of other objects. */
  leftOut: number
}

/** A longer pattern, or one with more brackets in each other, is none that a list is made of. */
const MAX_LENGTH = 1_000_000
const MAX_DEPTH = 20

/** What can be looked up: addresses, names, URLs, mail addresses, hashes. */
const PATH = /^(?:(?:ipv4-addr|ipv6-addr|domain-name|url|email-addr):value|file:hashes\..+)$/
/** A bracket or comma; an object's path; a string, perhaps with its type before it; an operator, keyword or number. */
const TOKEN = /[[\](),]|[\w-]+:(?:'[^']*'|"[^"]*"|[\w.*-]|\[[\d*]+\])+|[tbh]?'(?:[^'\\]|\\[^])*'|[^\s[\](),']+/y
const SPACE = /\s*/y
const CLOSING = new Set([')', ']'])

const nothing = (): PatternValues => ({ values: [], leftOut: 1 })

/**
 * Reads a STIX pattern (STIX 2.1, section 9): `[path = 'value']` and `[path IN ('value', 'value')]`, joined by OR inside
 * the brackets and between them. Every other part is left out and counted; the rest of an OR is kept.
 */
export function readPattern(pattern: string): PatternValues {
  const tokens = pattern.length > MAX_LENGTH ? undefined : toTokens(pattern)
  if (!tokens) return nothing()
  const reader = { tokens, next: 0 }
  const found = readAlternatives(reader, 0)
  return found && reader.next === tokens.length ? found : nothing()
}

interface Reader {
  tokens: readonly string[]
  next: number
}

function toTokens(text: string): string[] | undefined {
  const tokens: string[] = []
  let end = 0
  while (end < text.length) {
    SPACE.lastIndex = end
    SPACE.exec(text)
    if (SPACE.lastIndex === text.length) break
    TOKEN.lastIndex = SPACE.lastIndex
    const token = TOKEN.exec(text)
    if (!token) return undefined
    tokens.push(token[0])
    end = TOKEN.lastIndex
  }
  return tokens
}

/** Parts joined by OR, up to a closing bracket or the end; `undefined`: this is no pattern. */
function readAlternatives(reader: Reader, depth: number): PatternValues | undefined {
  const all: PatternValues = { values: [], leftOut: 0 }
  do {
    const part = readPart(reader, depth)
    if (!part) return undefined
    for (const value of part.values) all.values.push(value)
    all.leftOut += part.leftOut
  } while (take(reader, 'OR'))
  return all
}

/** A comparison or what is in brackets. What follows it but for OR, such as AND, says that it is not enough by itself. */
function readPart(reader: Reader, depth: number): PatternValues | undefined {
  if (isEnd(reader)) return undefined
  let part = isOpening(reader) ? readGroup(reader, depth) : readComparison(reader)
  while (part && !isEnd(reader)) {
    if (isOpening(reader)) {
      if (!readGroup(reader, depth)) return undefined
    } else reader.next++
    part = nothing()
  }
  return part
}

function readGroup(reader: Reader, depth: number): PatternValues | undefined {
  if (depth === MAX_DEPTH) return undefined
  const closing = reader.tokens[reader.next++] === '[' ? ']' : ')'
  const group = readAlternatives(reader, depth + 1)
  return take(reader, closing) ? group : undefined
}

function readComparison(reader: Reader): PatternValues {
  const [path = '', operator, first] = reader.tokens.slice(reader.next, reader.next + 3)
  if (!PATH.test(path)) return nothing()
  if (operator === '=' || operator === '==') {
    const value = toValue(first)
    if (value === undefined) return nothing()
    reader.next += 3
    return { values: [value], leftOut: 0 }
  }
  if (operator !== 'IN' || first !== '(') return nothing()
  const values: string[] = []
  let next = reader.next + 3
  do {
    const value = toValue(reader.tokens[next++])
    if (value === undefined) return nothing()
    values.push(value)
  } while (reader.tokens[next++] === ',')
  if (reader.tokens[next - 1] !== ')') return nothing()
  reader.next = next
  return { values, leftOut: 0 }
}

function toValue(token: string | undefined): string | undefined {
  return token?.startsWith("'") ? token.slice(1, -1).replaceAll(/\\([^])/g, '$1') : undefined
}

function take(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.next] !== token) return false
  reader.next++
  return true
}

function isOpening({ tokens, next }: Reader): boolean {
  return tokens[next] === '[' || tokens[next] === '('
}

function isEnd({ tokens, next }: Reader): boolean {
  const token = tokens[next]
  return token === undefined || token === 'OR' || CLOSING.has(token)
}
