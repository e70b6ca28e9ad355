import { isIP } from 'node:net'
import * as v from 'valibot'

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

/** A finite number. */
export function number(name: string, value: number | Missing): Property | undefined {
  return value == null ? undefined : { type: 'number', name, value }
}

/** A link that the analyst may click (http or https): the source's own page, never the artifact itself. */
export function uri(name: string, value: string | Missing): Property | undefined {
  return value == null || value === '' ? undefined : { type: 'uri', name, value }
}

/** An IPv4 or IPv6 address. */
export function ip(name: string, value: string | Missing): Property | undefined {
  return value == null || value === '' ? undefined : { type: 'ip', name, value }
}

/** A place on the map, in degrees: latitude -90 to 90, longitude -180 to 180. */
export function latLng(name: string, lat: number | Missing, lng: number | Missing): Property | undefined {
  return lat == null || lng == null ? undefined : { type: 'lat_lng', name, value: { lat, lng } }
}

/** A hit or a list of hits is not as the protocol wants it. The message is for the searcher's author; it holds no value. */
export class HitError extends Error {
  override name = 'HitError'
}

/**
 * Makes a hit of properties; one without a value is left out.
 * @throws {HitError} when a value does not fit its type, two properties share a name, or none has a value.
 */
export function hit(...properties: (Property | undefined)[]): Hit {
  const props = properties.filter((property) => property !== undefined)
  const checked = v.safeParse(hitSchema, { props })
  if (checked.success) return checked.output
  const [issue] = checked.issues
  const property = props[Number(issue.path?.[1]?.key)]
  throw new HitError(property ? `property "${property.name}" ${issue.message}` : issue.message)
}

function isWebAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value)
}

function isIpAddress(value: string): boolean {
  return isIP(value) !== 0
}

function repeatedName(props: { name: string }[]): string | undefined {
  return props.find(({ name }, index) => props.findIndex((other) => other.name === name) !== index)?.name
}
