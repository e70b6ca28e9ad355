import { createHmac, type BinaryLike } from 'node:crypto'
import { canonicalJson, type AnyArtifact } from './artifact.ts'

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
