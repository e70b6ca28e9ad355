import { network, parseNetwork, type Network } from '../protocol/network.ts'
import { NetworkSet } from './network-set.ts'

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
