import { addressText, isAddress, networkOf, networkText, type Network } from '../network.ts'
import { clean, refang } from './clean.ts'

const IN_BRACKETS = /^\[([^\]]*)\](?::\d{1,5})?$/
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/
const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/

/** The canonical form of an IP address, or `undefined`: IPv4 in four decimals, IPv6 as RFC 5952 wants it. */
export function canonicalAddress(text: string): string | undefined {
  const network = networkIn(text)
  return network && isAddress(network) ? addressText(network) : undefined
}

/** The canonical form of a CIDR, or of an address as the CIDR that holds it alone, or `undefined`. */
export function canonicalCidr(text: string): string | undefined {
  const network = networkIn(text)
  return network && networkText(network)
}

function networkIn(text: string): Network | undefined {
  const [host = '', length, ...more] = refang(clean(text)).split('/')
  if (more.length > 0) return undefined
  if (length === undefined) return networkOf(withoutZone(withoutPort(host)))
  return PREFIX_LENGTH.test(length) ? networkOf(withoutZone(withoutPort(host)), Number(length)) : undefined
}

function withoutPort(host: string): string {
  return (IN_BRACKETS.exec(host) ?? IPV4_WITH_PORT.exec(host))?.[1] ?? host
}

/** `fe80::1%eth0` says which interface of one machine: to others it means nothing. */
function withoutZone(host: string): string {
  const zone = host.indexOf('%')
  return zone !== -1 && host.includes(':') ? host.slice(0, zone) : host
}
