import { network, type Network } from '../protocol/network.ts'

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
