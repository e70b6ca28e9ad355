import { setImmediate as turn } from 'node:timers/promises'
import { BrokenList } from '../broken-list.ts'

/** A JSON object, of which nothing is known. */
export type JsonObject = Record<string, unknown>

/** JSON is parsed as a whole, and nothing else is done meanwhile; so this is the largest: in characters. */
const MAX_LENGTH = 64_000_000

/**
 * Parses a whole file.
 * @throws {BrokenList} when it is too large, or no JSON.
 */
export async function parseJson(texts: AsyncIterable<string>): Promise<unknown> {
  let whole = ''
  for await (const text of texts) {
    whole += text
    if (whole.length > MAX_LENGTH) throw new BrokenList(`is larger than ${MAX_LENGTH / 1_000_000} MB`)
  }
  try {
    const json: unknown = JSON.parse(whole)
    // that was long enough at a stretch
    await turn()
    return json
  } catch (error) {
    if (error instanceof SyntaxError) throw new BrokenList(`is no JSON: ${error.message.slice(0, 100)}`)
    throw error
  }
}

/** Whether it is an object, and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects of an array; of anything else none. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The texts of an array; of anything else none. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** A text, unless it is none or empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A time, in milliseconds since 1970, that is written as RFC 3339 says. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(time) ? undefined : time
}
