import { isDeepStrictEqual } from 'node:util'
import { higherRange } from './versions.ts'
import { Refusal } from './refusal.ts'

/** Three texts of a `package.json`. */
export interface PackageTexts {
  /** `{}` where there is no record. */
  base: string
  ours: string
  fresh: string
}

/** A field that both sides have changed, and that is as its owner has it. */
export interface Note {
  /** `scripts.test` */
  field: string
  /** As its owner has it; `undefined` if they have removed it. */
  ours: unknown
  /** As this version has it; `undefined` if it no longer has it. */
  fresh: unknown
}

type Json = Record<string, unknown>

/** Where values are ranges of versions. */
const RANGES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'engines']

/**
 * Merges a `package.json` field by field. What one side has changed is as that side has it; of what both have, the
 * higher range, else the owner's, with a note. In the owner's order and indentation: theirs to the letter where
 * nothing comes in.
 *
 * @throws Refusal if the owner's is no JSON
 */
export function mergePackage(texts: PackageTexts): { text: string; notes: Note[] } {
  const ours = parseOwners(texts.ours)
  const notes: Note[] = []
  const sides = { base: JSON.parse(texts.base) as Json, ours, fresh: JSON.parse(texts.fresh) as Json }
  const merged = mergeObjects(sides, { path: [], notes })
  if (isDeepStrictEqual(merged, ours)) return { text: texts.ours, notes }
  const ending = /\n?$/.exec(texts.ours)![0]
  return { text: JSON.stringify(merged, null, indentation(texts.ours)) + ending, notes }
}

interface Place {
  path: readonly string[]
  notes: Note[]
}

interface Objects {
  base: Json
  ours: Json
  fresh: Json
}

function mergeObjects({ base, ours, fresh }: Objects, { path, notes }: Place): Json {
  const merged = orderedKeys(ours, fresh).map((key): [string, unknown] => {
    const sides = { base: valueOf(base, key), ours: valueOf(ours, key), fresh: valueOf(fresh, key) }
    return [key, mergeValues(sides, { path: [...path, key], notes })]
  })
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined))
}

interface Values {
  base: unknown
  ours: unknown
  fresh: unknown
}

function mergeValues({ base, ours, fresh }: Values, { path, notes }: Place): unknown {
  if (isDeepStrictEqual(ours, fresh) || isDeepStrictEqual(fresh, base)) return ours
  if (isDeepStrictEqual(ours, base)) return fresh
  if (isObject(ours) && isObject(fresh)) {
    return mergeObjects({ base: isObject(base) ? base : {}, ours, fresh }, { path, notes })
  }
  if (RANGES.includes(path[0]!) && typeof ours === 'string' && typeof fresh === 'string') {
    const higher = higherRange(ours, fresh)
    if (higher !== undefined) return higher
  }
  notes.push({ field: path.join('.'), ours, fresh })
  return ours
}

/** The owner's keys in their order, and each new one after the one that it follows in ours. */
function orderedKeys(ours: Json, fresh: Json): string[] {
  const keys = Object.keys(ours)
  let previous = -1
  for (const key of Object.keys(fresh)) {
    const place = keys.indexOf(key)
    if (place !== -1) previous = place
    else keys.splice(++previous, 0, key)
  }
  return keys
}

function valueOf(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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

function indentation(text: string): string {
  return /^\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '  '
}
