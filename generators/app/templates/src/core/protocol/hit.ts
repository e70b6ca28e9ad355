import { isIP } from 'node:net'
import * as v from 'valibot'
import { inAscii } from './url.ts'

const name = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))
const finite = v.pipe(v.number('must be a number'), v.finite('must be finite'))
const degrees = (limit: number) =>
  v.pipe(finite, v.minValue(-limit, `must be at least -${limit}`), v.maxValue(limit, `must be at most ${limit}`))

/** One line of a hit (`ArtifactPropertyDTO`). */
export const propertySchema = v.variant('type', [
  v.object({ type: v.literal('string'), name, value: v.string('must be a string') }),
  v.object({ type: v.literal('number'), name, value: finite }),
  v.object({
    type: v.literal('uri'),
    name,
    value: v.pipe(v.string(), v.check(isWebAddress, 'must be an http(s) address')),
  }),
  v.object({ type: v.literal('ip'), name, value: v.pipe(v.string(), v.check(isIpAddress, 'must be an IP address')) }),
  v.object({ type: v.literal('lat_lng'), name, value: v.object({ lat: degrees(90), lng: degrees(180) }) }),
])
export type Property = v.InferOutput<typeof propertySchema>

/** What a source knows of an artifact (`ArtifactHitDTO`). Any hit marks the artifact red, so the harmless has none. */
export const hitSchema = v.object({
  props: v.pipe(
    v.array(propertySchema),
    v.nonEmpty('a hit needs at least one property with a value'),
    v.check(
      (props) => repeatedName(props) === undefined,
      ({ input }) => `two properties of one hit are named "${repeatedName(input)}"`,
    ),
  ),
})
export type Hit = v.InferOutput<typeof hitSchema>

type Missing = null | undefined

/** Text, or what reads as text: a list is joined by commas, a date becomes ISO 8601. Empty text is no property. */
export function text(
  name: string,
  value: string | number | boolean | Date | readonly string[] | Missing,
): Property | undefined {
  if (value == null) return undefined
  const plain = value instanceof Date ? value.toISOString() : Array.isArray(value) ? value.join(', ') : String(value)
  return plain === '' ? undefined : { type: 'string', name, value: plain }
}

/** What a list of details comes to, for `text`: each value once, in their order, without those that are missing. */
export function distinct(values: readonly (string | Missing)[] | Missing): string[] {
  return [...new Set(values)].filter((value) => value != null && value !== '') as string[]
}

/** A finite number. */
export function number(name: string, value: number | Missing): Property | undefined {
  return value == null ? undefined : { type: 'number', name, value }
}

/**
 * A link that the analyst may click (http or https): the source's own page, never the artifact itself. Anything else,
 * such as a link without its scheme, is shown as text, so that the hit is not lost.
 */
export function uri(name: string, value: string | Missing): Property | undefined {
  if (value == null || !isWebAddress(value)) return text(name, value)
  return { type: 'uri', name, value }
}

/** An IPv4 or IPv6 address. */
export function ip(name: string, value: string | Missing): Property | undefined {
  return value == null || value === '' ? undefined : { type: 'ip', name, value }
}

/** A place on the map, in degrees: latitude -90 to 90, longitude -180 to 180. */
export function latLng(name: string, lat: number | Missing, lng: number | Missing): Property | undefined {
  return lat == null || lng == null ? undefined : { type: 'lat_lng', name, value: { lat, lng } }
}

/** A hit or a list of hits is not as the protocol wants it. The message is for the source's author; it holds no value. */
export class HitError extends Error {
  override name = 'HitError'
}

/** More than an analyst reads, of one look-up and of one hit. */
const MAX_HITS = 100
const MAX_PROPERTIES = 100
/** The largest that the hits of one look-up may be, names and texts: in bytes. */
const MAX_BYTES = 1_000_000

const hitsSchema = v.array(hitSchema, 'must be an array')

/**
 * Makes a hit of properties; one without a value is left out.
 * @throws {HitError} when a value does not fit its type, two properties share a name, or none has a value.
 */
export function hit(...properties: (Property | undefined)[]): Hit {
  const props = properties.filter((property) => property !== undefined)
  if (props.length > MAX_PROPERTIES) throw new HitError(tooManyProperties(props.length))
  const checked = v.safeParse(hitSchema, { props }, { abortEarly: true })
  if (checked.success) return checked.output
  const [issue] = checked.issues
  const property = props[Number(issue.path?.[1]?.key)]
  throw new HitError(property ? `property "${property.name}" ${issue.message}` : issue.message)
}

/**
 * Checks what a look-up gave. Amounts are checked first, so that no check takes long.
 * @throws {HitError} when these are no hits, or too many.
 */
export function checkHits(hits: unknown): Hit[] {
  if (Array.isArray(hits)) checkAmount(hits)
  const checked = v.safeParse(hitsSchema, hits, { abortEarly: true })
  if (checked.success) return checked.output
  const [issue] = checked.issues
  throw new HitError(`its hits are wrong at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`)
}

function checkAmount(hits: readonly unknown[]): void {
  if (hits.length > MAX_HITS) {
    throw new HitError(`it gave ${hits.length} hits, more than ${MAX_HITS}: give the most important`)
  }
  let bytes = 0
  for (const one of hits) {
    const props: unknown = (one as Partial<Hit> | null | undefined)?.props
    if (!Array.isArray(props)) continue
    if (props.length > MAX_PROPERTIES) throw new HitError(tooManyProperties(props.length))
    for (const property of props as (Partial<Property> | null)[]) {
      bytes += bytesOf(property?.name) + bytesOf(property?.value)
    }
  }
  if (bytes > MAX_BYTES) throw new HitError(`its hits are larger than ${MAX_BYTES} bytes: give the most important`)
}

function bytesOf(value: unknown): number {
  if (typeof value !== 'string') return 0
  return value.length > MAX_BYTES ? value.length : Buffer.byteLength(value)
}

function tooManyProperties(count: number): string {
  return `a hit has ${count} properties, more than ${MAX_PROPERTIES}: give the most important`
}

function isWebAddress(value: string): boolean {
  // `URL.canParse` takes long to reject a host of a megabyte; what follows the host is never wrong
  const [origin] = /^https?:\/\/[^/\\?#]{1,1000}(?=[/\\?#]|$)/i.exec(value) ?? []
  return origin !== undefined && URL.canParse(inAscii(origin))
}

function isIpAddress(value: string): boolean {
  return isIP(value) !== 0
}

function repeatedName(props: { name: string }[]): string | undefined {
  const names = new Set<string>()
  return props.find(({ name }) => names.size === names.add(name).size)?.name
}
