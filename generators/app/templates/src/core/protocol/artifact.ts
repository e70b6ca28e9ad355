import { createHmac, type BinaryLike } from 'node:crypto'
import * as v from 'valibot'

/** The message of an object's schema, which speaks for its missing keys too. */
const orMissing = (message: string) => (issue: v.ObjectIssue) => (issue.path ? 'is missing' : message)

const text = v.string('must be a string')

/** `RegistryDTO`'s optional parts: SOAR may send `null` for one that is not there. */
const optionalText = v.nullish(text)

const nameValue = v.union(
  [v.object({ name: text, value: text }), v.string()],
  'must be an object with the strings "name" and "value", or a string',
)

const registry = v.pipe(
  v.object(
    { key: text, entry_name: optionalText, entry_value: optionalText },
    orMissing('must be an object with the string "key"'),
  ),
  v.transform(({ key, entry_name, entry_value }) => ({
    key,
    ...(entry_name == null ? {} : { entry_name }),
    ...(entry_value == null ? {} : { entry_value }),
  })),
)

/**
 * Addresses; one comes as a plain string, too. One issue for the whole list: `v.array` has one for each wrong entry, of
 * which a megabyte holds half a million.
 */
const addresses = v.pipe(
  v.unknown(),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
  v.custom<string[]>(
    (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
    'must be an array of strings, or a string',
  ),
)

const port = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))], 'must be a number'),
  v.safeInteger('must be a whole number'),
  v.minValue(0, 'must not be negative'),
)

/** The schema of an artifact's value for each artifact type of the protocol ("Artifact Types" in the CTS guide). */
export const artifactValues = {
  'cert.x509': text,
  email: text,
  'email.body': text,
  'email.header': nameValue,
  'email.header.sender_address': text,
  'email.header.sender_name': text,
  'email.header.to': addresses,
  'file.content': text,
  'file.name': text,
  'file.path': text,
  'hash.fuzzy': text,
  'hash.md5': text,
  'hash.sha1': text,
  'hash.sha256': text,
  'net.cidr': text,
  'net.http.request.header': nameValue,
  'net.http.response.header': nameValue,
  'net.ip': text,
  'net.mac': text,
  'net.name': text,
  'net.port': port,
  'net.uri': text,
  'net.uri.path': text,
  'process.name': text,
  string: text,
  'system.mutex': text,
  'system.name': text,
  'system.registry': registry,
  'system.service.name': text,
  'system.user.name': text,
  'system.user.password': text,
  'threat.malware.family': text,
  'threat.report.cve': text,
} satisfies Record<string, v.GenericSchema>

/** An artifact type that the protocol names. SOAR may send others: the list is open. */
export type ArtifactType = keyof typeof artifactValues

/** What an artifact's value is for each type. */
export type ArtifactValue<T extends ArtifactType> = v.InferOutput<(typeof artifactValues)[T]>

/** The type whose values are written to no log, kept in no result and sent to no one but its own searcher. */
export const PASSWORD_TYPE = 'system.user.password' satisfies ArtifactType

/** What SOAR sends (`ThreatServiceArtifactDTO`), checked: its type, known or not, and its value. */
export interface AnyArtifact {
  type: string
  value: unknown
}

/** Whether an artifact type is one that the protocol names. */
export function isArtifactType(type: string): type is ArtifactType {
  return Object.hasOwn(artifactValues, type)
}

const artifactType = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

function artifactOf(value: v.GenericSchema): v.GenericSchema<AnyArtifact> {
  return v.object({ type: artifactType, value }, orMissing('must be an object with "type" and "value"'))
}

const knownArtifacts = new Map<unknown, v.GenericSchema<AnyArtifact>>(
  Object.entries(artifactValues).map(([type, value]) => [type, artifactOf(value)]),
)
const unknownArtifact = artifactOf(v.custom((value) => value !== null, 'must not be null'))

/**
 * Checks an artifact: `type` is a string, `value` is there and, for a type that the protocol names, has its shape.
 * Gives the artifact with what its schema makes of the value (a port's digits become a number).
 */
export const artifactSchema = v.lazy(
  (input): v.GenericSchema<AnyArtifact> =>
    knownArtifacts.get((input as Partial<AnyArtifact> | null)?.type) ?? unknownArtifact,
)

/**
 * A value as text that is the same for equal values: object keys sorted, no white space. It is what an artifact's
 * identity is made from, so that neither key order nor spacing starts a second search.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const keys = Object.keys(value).toSorted()
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]))
}

/** How many random bytes the key of the search ids has. */
export const SEARCH_ID_KEY_BYTES = 32

const SEARCH_ID = /^[A-Za-z0-9_-]{43}$/

/** Whether a text could be a search id of ours; what is not never reaches the store. */
export function isSearchId(text: string): boolean {
  return SEARCH_ID.test(text)
}

/**
 * The id of an artifact's search: an HMAC-SHA-256 over its type and canonical value, in base64url. A file counts by
 * its content, not by its name. The key keeps an id in a log from giving a password away.
 * @param contentSha256 of `file.content` with its content, as hexadecimal digits.
 */
export function searchIdOf(artifact: AnyArtifact, key: BinaryLike, contentSha256?: string): string {
  const identity = contentSha256 === undefined ? { value: artifact.value } : { sha256: contentSha256 }
  return createHmac('sha256', key)
    .update(canonicalJson({ type: artifact.type, ...identity }))
    .digest('base64url')
}
