import { createHash, timingSafeEqual } from 'node:crypto'

/** Checks a request's `Authorization` header. */
export type Authenticate = (header: string | null) => boolean

/**
 * Makes the check for basic authentication, or none where there is no user. Whatever the challenge asks for, some
 * clients send Latin-1, so both charsets are taken.
 * The time that it takes does not depend on where a wrong password differs.
 */
export function createAuthenticate(user: string | undefined, password: string | undefined): Authenticate | undefined {
  if (user === undefined || password === undefined) return undefined
  const credentials = `${user}:${password}`
  const inUtf8 = digest(Buffer.from(credentials))
  const latin1 = Buffer.from(credentials, 'latin1')
  const inLatin1 = latin1.toString('latin1') === credentials ? digest(latin1) : inUtf8
  return (header) => {
    const given = /^Basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header ?? '')?.[1] ?? ''
    const sent = digest(Buffer.from(given, 'base64'))
    return [inUtf8, inLatin1].map((expected) => timingSafeEqual(sent, expected)).includes(true)
  }
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
