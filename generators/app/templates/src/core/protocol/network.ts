import { isIPv4, isIPv6 } from 'node:net'

/**
 * Addresses from `first` to `last`, each as 8 (IPv4) or 32 (IPv6) lower-case hexadecimal digits: among those of one
 * family, text order is the order of the numbers.
 */
export interface Network {
  first: string
  last: string
  /** The length of the prefix: 32 or 128 for a single address. */
  bits: number
}

/** What IPv4-mapped IPv6 addresses (RFC 4291, 2.5.5.2) begin with. */
const MAPPED = '00000000000000000000ffff'

const DOT = '.'.charCodeAt(0)
const ZERO = '0'.charCodeAt(0)

/**
 * The network that an address and a prefix length name; without a length the address alone. IPv4-mapped IPv6 is IPv4.
 * Gives `undefined` for what is no strict address, or a length that it cannot have.
 */
export function networkOf(address: string, bits?: number): Network | undefined {
  const digits = digitsOf(address)
  if (digits === undefined) return undefined
  const length = bits ?? digits.length * 4
  if (digits.startsWith(MAPPED) && length >= 96) return network(digits.slice(24), length - 96)
  return network(digits, length)
}

/** The network that a canonical address (`1.2.3.4`) or CIDR (`10.0.0.0/8`) names. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  return slash === -1 ? networkOf(text) : networkOf(text.slice(0, slash), Number(text.slice(slash + 1)))
}

/** The network of all addresses that begin with so many bits of `digits`, which are filled up with zeros. */
export function network(digits: string, bits: number): Network | undefined {
  const { length } = digits
  if (bits > length * 4) return undefined
  if (bits === length * 4) return { first: digits, last: digits, bits }
  const kept = bits >> 2
  const free = 0xf >> (bits & 3)
  const digit = Number.parseInt(digits.charAt(kept), 16)
  return {
    first: (digits.slice(0, kept) + (digit & ~free).toString(16)).padEnd(length, '0'),
    last: (digits.slice(0, kept) + (digit | free).toString(16)).padEnd(length, 'f'),
    bits,
  }
}

/** Whether a network is one address. */
export function isAddress({ first, last }: Network): boolean {
  return first === last
}

/** A network's first address: IPv4 in decimals, IPv6 as RFC 5952 wants it, but always in hexadecimal. */
export function addressText({ first }: Network): string {
  if (first.length === 8) {
    const number = Number.parseInt(first, 16)
    return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`
  }
  // The URL standard shortens an address as RFC 5952 does, and never writes an IPv4 part.
  return new URL(`http://[${first.replace(/....(?=.)/g, '$&:')}]`).hostname.slice(1, -1)
}

/** A network as CIDR. */
export function networkText(network: Network): string {
  return `${addressText(network)}/${network.bits}`
}

function digitsOf(address: string): string | undefined {
  if (isIPv4(address)) return ipv4Digits(address)
  // most of what comes here is a name, which this tells sooner than the parser
  if (!address.includes(':') || address.includes('%')) return undefined
  return isIPv6(address) ? ipv6Digits(address) : undefined
}

/** Character by character: lists have millions of addresses, and to split them takes several times as long. */
function ipv4Digits(address: string): string {
  let above = 0
  let octet = 0
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at)
    if (code === DOT) {
      above = above * 256 + octet
      octet = 0
    } else {
      octet = octet * 10 + code - ZERO
    }
  }
  return (above * 256 + octet).toString(16).padStart(8, '0')
}

function ipv6Digits(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::')
  const before = groupDigits(head)
  return tail === undefined ? before : before + groupDigits(tail).padStart(32 - before.length, '0')
}

/** Groups that colons part, the last of which may be an IPv4 address. */
function groupDigits(groups: string): string {
  if (groups === '') return ''
  return groups
    .split(':')
    .map((group) => (group.includes('.') ? ipv4Digits(group) : group.padStart(4, '0')))
    .join('')
}
