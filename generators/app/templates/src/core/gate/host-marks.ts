import { hostName } from '../protocol/host.ts'
import { network, parseNetwork, type Network } from '../protocol/network.ts'
import type { Mark, OwnList } from './rules.ts'
import { NetworkSet } from './network-set.ts'

/** The marks that a host can give a value. */
export type HostMark = Extract<Mark, 'private' | 'own'>

const IS_PRIVATE: HostMark[] = ['private']
const IS_OWN: HostMark[] = ['own']

/** What speaks against sending the addresses of a network. */
export function networkMarks(network: Network, own: readonly OwnList[]): HostMark[] {
  const held = [network, ...ipv4Within(network)]
  const isOwn = own.some((list) => held.some((part) => list.hasPartOf(part)))
  return [...(isPrivateNetwork(network) ? IS_PRIVATE : []), ...(isOwn ? IS_OWN : [])]
}

/** What speaks against sending a host: a canonical name, or an address, IPv6 in brackets or not. */
export function hostMarks(host: string, own: readonly OwnList[]): HostMark[] {
  const address = hostNetwork(host)
  if (address) return networkMarks(address, own)
  const reverse = reverseNetwork(host)
  return [
    ...(isPrivateName(host) ? IS_PRIVATE : []),
    ...(isOwnName(host, own) ? IS_OWN : []),
    ...(reverse ? networkMarks(reverse, own) : []),
  ]
}

/** What speaks against sending a canonical mail address: its domain, or the own address that a bounce address holds. */
export function mailMarks(address: string, own: readonly OwnList[]): HostMark[] {
  const at = address.lastIndexOf('@')
  const isOwn = heldIn(address.slice(0, at)).some(
    (text) => isOwnName(text, own) || isOwnName(hostName(text) ?? '', own),
  )
  return [...hostMarks(address.slice(at + 1), own), ...(isOwn ? IS_OWN : [])]
}

/** The domain in a bounce address follows its last `=`; where a forwarder rewrites the sender (SRS), the last but one. */
function heldIn(local: string): string[] {
  const last = local.lastIndexOf('=')
  if (last === -1) return []
  const lastButOne = local.lastIndexOf('=', last - 1)
  const held = [local.slice(last + 1), lastButOne === -1 ? '' : local.slice(lastButOne + 1, last)]
  return held.filter((text) => text !== '')
}

/** The address that a host is, if it is none by name. */
export function hostNetwork(host: string): Network | undefined {
  return parseNetwork(host.startsWith('[') ? host.slice(1, -1) : host)
}

/** Whether a name in A-labels, or text that only looks like a name, is ours. */
export function isOwnName(text: string, own: readonly OwnList[]): boolean {
  return own.some((list) => list.hasName(text))
}

/** IANA's special-purpose registries (RFC 6890 and later), and multicast; all of IPv6 but the global unicast 2000::/3. */
const PRIVATE = networks(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16',
  '198.18.0.0/15 224.0.0.0/4 240.0.0.0/4 ::/3 2001::/23 4000::/2 8000::/1',
)

/** Anycast and other services that the registries call globally reachable, and 64:ff9b::/96: see `ipv4Within`. */
const PUBLIC_WITHIN = networks(
  '192.0.0.9 192.0.0.10 64:ff9b::/96 2001:1::1 2001:1::2/127 2001:3::/32 2001:4:112::/48 2001:20::/27',
)

/** IPv6 networks whose addresses hold an IPv4 address, after so many digits: NAT64 (RFC 6052), 6to4 (RFC 3056). */
const HOLDING_IPV4 = [
  { prefix: '0064ff9b0000000000000000', first: '0064ff9b'.padEnd(32, '0') },
  { prefix: '2002', first: '2002'.padEnd(32, '0') },
]

const PRIVATE_LAST_LABELS = new Set(
  'localhost local localdomain internal intranet private corp home lan test invalid alt workgroup'.split(' '),
)

/**
 * Whether any address of a network has no meaning, or another one, outside of its own network. The ranges that are for
 * documentation are not private: they tell nothing.
 */
export function isPrivateNetwork(network: Network): boolean {
  if (PRIVATE.hasPartOf(network) && !PUBLIC_WITHIN.hasAllOf(network)) return true
  return ipv4Within(network).some(isPrivateNetwork)
}

/** Whether a canonical name, which is no address, is one of a private network only. */
export function isPrivateName(name: string): boolean {
  const lastLabel = name.slice(name.lastIndexOf('.') + 1)
  return lastLabel === name || PRIVATE_LAST_LABELS.has(lastLabel) || /(?:^|\.)home\.arpa$/.test(name)
}

/** The IPv4 networks whose addresses the IPv6 addresses of a network hold. */
export function ipv4Within({ first, last, bits }: Network): Network[] {
  if (first.length === 8) return []
  return HOLDING_IPV4.flatMap(({ prefix, first: start }) => {
    const known = prefix.length * 4
    if (bits < known) return first <= start && start <= last ? networkAt('0'.repeat(8), 0) : []
    if (!first.startsWith(prefix)) return []
    return networkAt(first.slice(prefix.length, prefix.length + 8), Math.min(bits - known, 32))
  })
}

function networkAt(digits: string, bits: number): Network[] {
  const found = network(digits, bits)
  return found ? [found] : []
}

function networks(...lines: string[]): NetworkSet {
  const parsed = lines.flatMap((line) => line.split(' ')).map(parseNetwork)
  return new NetworkSet(parsed.filter((network) => network !== undefined))
}

const ZONES = [
  { suffix: '.in-addr.arpa', label: /^(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])$/, labels: 4, digits: 2 },
  { suffix: '.ip6.arpa', label: /^[\da-f]$/, labels: 32, digits: 1 },
]

/**
 * The address that a canonical name of the reverse DNS is for (RFC 1035, 3.5; RFC 3596, 2.5), or the network, if it
 * has fewer labels: `1.0.0.10.in-addr.arpa` is 10.0.0.1. Labels before the address (`_dns-sd._udp.…`) do not count.
 */
export function reverseNetwork(name: string): Network | undefined {
  const zone = ZONES.find(({ suffix }) => name.endsWith(suffix))
  if (zone === undefined) return undefined
  const labels = name.slice(0, -zone.suffix.length).split('.').toReversed().slice(0, zone.labels)
  const end = labels.findIndex((label) => !zone.label.test(label))
  const known = end === -1 ? labels : labels.slice(0, end)
  const digits = known.map((label) => (zone.digits === 1 ? label : hexOctet(label))).join('')
  return digits === '' ? undefined : network(digits.padEnd(zone.labels * zone.digits, '0'), digits.length * 4)
}

function hexOctet(decimal: string): string {
  return Number(decimal).toString(16).padStart(2, '0')
}
