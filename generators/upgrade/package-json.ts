import { isDeepStrictEqual } from 'node:util'
import { type FieldEdit, type Json, isObject, withFields } from './json-edit.ts'
import { higherRange } from './versions.ts'
import { Refusal } from './refusal.ts'

/** Three texts of a `package.json`. */
export interface PackageTexts {
  /** `{}` where there is no record. */
  base: string
  ours: string
  fresh: string
}

/** A field that both sides have changed: it is as its owner has it, unless this version's is a higher range. */
export interface Note {
  /** `scripts.test` */
  field: string
  /** As its owner has it; `undefined` if they have removed it. */
  ours: unknown
  /** As this version has it; `undefined` if it no longer has it. */
  fresh: unknown
  /** Whether it is as this version has it. */
  taken?: true
}

/** Where values are ranges of versions. */
const RANGES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'engines']

/**
 * Merges a `package.json` field by field. What one side has changed is as that side has it; of what both have, the
 * higher range, else the owner's, with a note. Whatever stays is the owner's to the letter.
 *
 * @throws Refusal if the owner's is no JSON
 */
export function mergePackage(texts: PackageTexts): { text: string; notes: Note[] } {
  const ours = parseOwners(texts.ours)
  const outcome: Outcome = { edits: [], notes: [] }
  mergeObjects({ base: JSON.parse(texts.base) as Json, ours, fresh: JSON.parse(texts.fresh) as Json }, [], outcome)
  return { text: withFields(texts.ours, outcome.edits), notes: outcome.notes }
}

interface Outcome {
  edits: FieldEdit[]
  notes: Note[]
}

interface Objects {
  base: Json
  ours: Json
  fresh: Json
}

function mergeObjects({ base, ours, fresh }: Objects, path: readonly string[], outcome: Outcome): void {
  const keys = Object.keys(fresh)
  for (const key of new Set([...keys, ...Object.keys(ours)])) {
    const sides = { base: valueOf(base, key), ours: valueOf(ours, key), fresh: valueOf(fresh, key) }
    mergeValues(sides, { path: [...path, key], after: keys.slice(0, keys.indexOf(key)) }, outcome)
  }
}

interface Values {
  base: unknown
  ours: unknown
  fresh: unknown
}

function mergeValues({ base, ours, fresh }: Values, place: Omit<FieldEdit, 'value'>, { edits, notes }: Outcome): void {
  const { path } = place
  if (isDeepStrictEqual(ours, fresh) || isDeepStrictEqual(fresh, base)) return
  if (isObject(ours) && isObject(fresh)) {
    mergeObjects({ base: isObject(base) ? base : {}, ours, fresh }, path, { edits, notes })
  } else if (isDeepStrictEqual(ours, base)) {
    edits.push({ ...place, value: fresh })
  } else {
    const higher = RANGES.includes(path[0]!) ? higherOf(ours, fresh) : undefined
    const taken = higher !== undefined && higher === fresh
    if (taken) edits.push({ ...place, value: fresh })
    if (higher === undefined || (taken && base !== undefined))
      notes.push({ field: path.join('.'), ours, fresh, ...(taken ? { taken } : {}) })
  }
}

function higherOf(ours: unknown, fresh: unknown): string | undefined {
  return typeof ours === 'string' && typeof fresh === 'string' ? higherRange(ours, fresh) : undefined
}

function valueOf(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function parseOwners(text: string): Json {
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (isObject(json)) return json
    throw new Error('it is no object')
  } catch (error) {
    throw new Refusal(`"package.json" is no JSON: ${(error as Error).message}. Mend it, or take it from git.`)
  }
}
