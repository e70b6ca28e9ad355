import * as v from 'valibot'
import { USES } from './draft.ts'
import { FORMATS } from './formats/formats.ts'
import { LISTED_TYPES } from './entry.ts'

const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))
const flag = v.boolean('must be true or false')
const positive = (max: number) => {
  const message = `must be a number above 0, up to ${max}`
  return v.pipe(v.number(message), v.gtValue(0, message), v.maxValue(max, message))
}
const oneOf = <const T extends readonly string[]>(all: T) => v.picklist(all, `must be one of ${all.join(', ')}`)
const someOf = <T extends v.GenericSchema>(item: T) =>
  v.pipe(
    v.array(v.unknown(), 'must be an array'),
    v.nonEmpty('must not be empty'),
    v.maxLength(20, 'must not have more than 20 items'),
    v.array(item),
  )
const COLUMN = 'must be the name of a column, or its number from 1'
const columnName = v.union([text, v.pipe(v.number(), v.integer(COLUMN), v.minValue(1, COLUMN))], COLUMN)
const address = v.pipe(text, v.check(isPlainAddress, 'must be an http(s) address without a user or password'))
const delimiter = v.pipe(v.string('must be a string'), v.regex(/^[^"\r\n]$/, 'must be one character, such as ";"'))

const ofAny = {
  title: v.optional(text),
  maxAgeHours: v.optional(positive(100_000)),
  types: v.optional(someOf(oneOf(LISTED_TYPES))),
  beneath: v.optional(flag),
  hosts: v.optional(flag),
  mayBeEmpty: v.optional(flag),
}
const ofTables = {
  format: v.optional(oneOf(FORMATS)),
  column: v.optional(columnName),
  describe: v.optional(someOf(text)),
  delimiter: v.optional(delimiter),
}
const ofFetched = {
  use: oneOf(USES),
  url: address,
  everyMinutes: v.optional(positive(10_080), 60),
  tokenFile: v.optional(text),
  userFile: v.optional(text),
  passwordFile: v.optional(text),
}

const LOGIN = 'needs tokenFile, or userFile with passwordFile, and sends them to an https address only'

/** The options of a file or of the files of a folder, as they are written. */
export const fileSchema = options({ ...ofAny, ...ofTables })
/** The options of a list that is fetched, as they are written. */
export const fetchSchema = v.pipe(
  options({ ...ofAny, ...ofTables, ...ofFetched }),
  v.check((entry) => hasWholeLogin(entry), LOGIN),
)

/** The options of a TAXII collection, as they are written. */
export const taxiiSchema = v.pipe(
  options({ ...ofAny, ...ofFetched, keepDays: v.optional(positive(36_500)) }),
  v.check((entry) => hasWholeLogin(entry), LOGIN),
)

/** What `lists.json` says of a list. */
export type ListOptions = v.InferOutput<typeof fileSchema>
/** What it says of a list that is fetched. */
export type FetchOptions = v.InferOutput<typeof fetchSchema>
/** What it says of a TAXII collection. */
export type TaxiiOptions = v.InferOutput<typeof taxiiSchema>

/** An object of these options and no others. */
function options<T extends v.ObjectEntries>(entries: T) {
  return v.strictObject(entries, ({ expected, received, path }) => {
    if (expected === 'never') return `is no option: there are ${Object.keys(entries).join(', ')}`
    return received === 'undefined' && path ? 'is missing' : 'must be an object'
  })
}

interface Login {
  url: string
  tokenFile?: string
  userFile?: string
  passwordFile?: string
}

function hasWholeLogin({ url, tokenFile, userFile, passwordFile }: Login): boolean {
  if (!userFile !== !passwordFile || (userFile && tokenFile)) return false
  return !(userFile || tokenFile) || url.startsWith('https://')
}

function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, hash } = new URL(text)
  return /^https?:$/.test(protocol) && !username && !password && !hash
}
