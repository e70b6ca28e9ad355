import type { Authenticate } from '../../http/authentication.ts'
import { hostName, isLoopback } from './host.ts'

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
