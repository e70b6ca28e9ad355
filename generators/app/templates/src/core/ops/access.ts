import { isIP } from 'node:net'
import type { Authenticate } from '../http/authentication.ts'

/** Who wants to look something up. */
export interface Visitor {
  headers: Headers
  /** The address of the connection. */
  address: string | undefined
}

/** Whether a visitor may, or why not. */
export type Entry = 'welcome' | 'password' | 'elsewhere'

/**
 * Decides who may look something up: whoever has the service's own user and password. Without those, only who sits at
 * the machine itself, by its address and by its name; what a proxy passes on comes from elsewhere.
 * @param authenticate nothing, if the service has no user.
 */
export function admitVisitor({ headers, address }: Visitor, authenticate: Authenticate | undefined): Entry {
  if (authenticate) return authenticate(headers.get('authorization')) ? 'welcome' : 'password'
  const isForwarded = headers.has('x-forwarded-for') || headers.has('forwarded')
  const isHere = isLoopback(address ?? '') && isLoopback(hostName(headers.get('host')) ?? '')
  return isHere && !isForwarded ? 'welcome' : 'elsewhere'
}

/**
 * Whether a request with a form was sent by a page of this service itself. Browsers say so in `Sec-Fetch-Site` where
 * they trust the connection, and in `Origin` with every form that is posted.
 */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  if (site !== null && site !== 'same-origin') return false
  if (origin === null) return site !== null
  return URL.canParse(origin) && new URL(origin).host === headers.get('host')?.trim().toLowerCase()
}

/** The name in a `Host` header, in lower case and without its port; an IPv6 address without its brackets. */
export function hostName(header: string | null): string | undefined {
  const [, address, name] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(header?.trim().toLowerCase() ?? '') ?? []
  return address ?? name?.replace(/\.$/, '')
}

/** Whether a name or address is that of the machine itself. */
export function isLoopback(name: string): boolean {
  return /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/.test(name)
}

/**
 * Whether the pages answer to this `Host`: an address, a name of the machine itself, or one that is named in `OPS_HOSTS`.
 * Another name may be that of a web page, which leads here to read what it must not (DNS rebinding).
 */
export function isHostAllowed(header: string | null, allowed: readonly string[]): boolean {
  const name = hostName(header)
  return name !== undefined && (isIP(name) !== 0 || isLoopback(name) || allowed.includes(name))
}
