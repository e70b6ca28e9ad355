import * as v from 'valibot'

/** One setting: an environment variable, what it may be, and what it means. */
export interface Setting<T> {
  /** Checks the text of the variable; `undefined` when it is not set. */
  schema: v.GenericSchema<string | undefined, T>
  /** For docs/settings.md: what it is unless it is set. */
  default: string
  description: string
  /** Its value is shown in no message. */
  secret: boolean
}

/** Settings by name. */
export type Settings = Record<string, Setting<unknown>>

/** What settings come to once they are read. */
export type SettingValues<S extends Settings = Settings> = {
  [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never
}

interface Facts {
  default?: string
  description: string
  secret?: boolean
}

/** A setting that has a value in any case: its default, unless it is set. */
export function setting<T>(
  schema: v.GenericSchema<string, T>,
  { default: text, description, secret = false }: Facts & { default: string },
): Setting<T> {
  return { schema: v.optional(schema, text) as Setting<T>['schema'], default: text, description, secret }
}

/** A setting without a default. */
export function optionalSetting<T>(
  schema: v.GenericSchema<string, T>,
  { description, secret = false }: Facts,
): Setting<T | undefined> {
  return { schema: v.optional(schema), default: '', description, secret }
}

/** A whole number in a range. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  )
}

/** `true` or `false`. */
export function flag() {
  return v.pipe(
    v.picklist(['true', 'false'], 'must be "true" or "false"'),
    v.transform((text) => text === 'true'),
  )
}

/** A text of one line that is not empty. */
export function plainText() {
  return v.pipe(
    v.string(),
    v.nonEmpty('must not be empty'),
    v.check((text) => !/\p{Cc}/u.test(text), 'must not hold a line end or another control character'),
  )
}

/** A setting is wrong; the message names it, says what is wrong, and holds no secret. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}
