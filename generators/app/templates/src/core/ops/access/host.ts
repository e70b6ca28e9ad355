import { isIP } from 'node:net'

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
