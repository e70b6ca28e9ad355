/** A JSON object, of which nothing is known. */
export type JsonObject = Record<string, unknown>

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

/** The last time that there is, in milliseconds since 1970. */
const MAX_TIME = 8.64e15

/** A time, in milliseconds since 1970, that is written as seconds since then, in a number or a text. */
export function timeOfSeconds(value: unknown): number | undefined {
  const time = typeof value === 'string' || typeof value === 'number' ? Number(value) * 1000 : NaN
  return Math.abs(time) <= MAX_TIME && time !== 0 ? time : undefined
}

/** A time, in milliseconds since 1970, that is written as RFC 3339 says. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isNaN(time) ? undefined : time
}
