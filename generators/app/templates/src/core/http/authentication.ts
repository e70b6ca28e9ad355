import { createHash, timingSafeEqual } from 'node:crypto'

/** Checks a request's `Authorization` header. */
export type Authenticate = (header: string | null) => boolean

/**
 * Makes the check for basic authentication; without a user there is nothing to check.
 * The time that it takes does not depend on where a wrong password differs.
 */
export function createAuthenticate(user: string | undefined, password: string | undefined): Authenticate {
  if (user === undefined || password === undefined) return () => true
  const expected = digest(Buffer.from(`${user}:${password}`))
  return (header) => {
    const given = /^Basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header ?? '')?.[1] ?? ''
    return timingSafeEqual(digest(Buffer.from(given, 'base64')), expected)
  }
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
