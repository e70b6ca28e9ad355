import { toText, type Details } from '../details.ts'
import type { Draft } from '../draft.ts'
import { objectsOf, isObject, textOf, textsOf, timeOf, type JsonObject } from './json.ts'
import { Pacer } from './pacer.ts'
import { readPattern } from './stix-pattern.ts'

/** What an indicator says, as far as a list needs it. */
export interface Indicator {
  values: string[]
  /** Parts of its pattern that cannot be looked up. */
  leftOut: number
  details: Details
}

/** The markings of the traffic light protocol, 1.0 and 2.0, by what their ids end with. */
const TLP: Record<string, string> = {
  '613f2e26-407d-48c7-9eca-b8e91df99dc9': 'TLP:WHITE',
  '34098fce-860f-48ae-8e50-ebd3cc5e41da': 'TLP:GREEN',
  'f88d31f6-486f-44da-b317-01333bde0b82': 'TLP:AMBER',
  '5e57c739-391a-4eb3-b6be-7d15ca92d5ed': 'TLP:RED',
  '94868c89-83c2-464b-929b-a1a8aa3c8487': 'TLP:CLEAR',
  'bab4a63c-aed9-4cf5-a766-dfca5abac2bb': 'TLP:GREEN',
  '55d920b0-5e8b-4f79-9ee9-91f868d9b421': 'TLP:AMBER',
  '939a9414-2ddd-4d32-a0cd-375ea402b003': 'TLP:AMBER+STRICT',
  'e828b379-4e03-4974-9ac4-e53a884c97c1': 'TLP:RED',
}

/** Whether a JSON file is a STIX bundle. */
export function isBundle(json: unknown): json is JsonObject {
  return isObject(json) && json['type'] === 'bundle'
}

/** Reads the indicators of a bundle. Of the versions of an indicator the newest counts; a revoked one does not. */
export async function readBundle(bundle: JsonObject, draft: Draft): Promise<void> {
  const newest = new Map<unknown, JsonObject>()
  for (const object of objectsOf(bundle['objects'])) {
    if (object['type'] !== 'indicator') continue
    const known = newest.get(object['id'])
    if (!known || modifiedAt(object) >= modifiedAt(known)) newest.set(object['id'], object)
  }
  const pacer = new Pacer()
  let number = 0
  for (const object of newest.values()) {
    number++
    if (isRevoked(object)) continue
    addIndicator(toIndicator(object), number, draft)
    if (pacer.isDue()) await pacer.rest()
  }
}

/** Adds what an indicator looks for. */
export function addIndicator({ values, leftOut, details }: Indicator, line: number, draft: Draft): void {
  draft.leftOut += leftOut
  const text = toText(details)
  for (const value of values) draft.add(value, line, { details: text })
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
    (id) => TLP[id.slice('marking-definition--'.length)] ?? [],
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
