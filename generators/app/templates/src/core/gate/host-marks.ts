import { hostName } from '../protocol/canonical/host-name.ts'
import { parseNetwork, type Network } from '../protocol/network.ts'
import type { Mark } from './mark.ts'
import { reverseNetwork } from './reverse-name.ts'
import type { OwnList } from './rules.ts'
import { ipv4Within, isPrivateName, isPrivateNetwork } from './special-addresses.ts'

/** The marks that a host can give a value. */
export type HostMark = Extract<Mark, 'private' | 'own'>

const PRIVATE: HostMark[] = ['private']
const OWN: HostMark[] = ['own']

/** What speaks against sending the addresses of a network. */
export function networkMarks(network: Network, own: readonly OwnList[]): HostMark[] {
  const held = [network, ...ipv4Within(network)]
  const isOwn = own.some((list) => held.some((part) => list.hasPartOf(part)))
  return [...(isPrivateNetwork(network) ? PRIVATE : []), ...(isOwn ? OWN : [])]
}

/** What speaks against sending a host: a canonical name, or an address, IPv6 in brackets or not. */
export function hostMarks(host: string, own: readonly OwnList[]): HostMark[] {
  const address = hostNetwork(host)
  if (address) return networkMarks(address, own)
  const reverse = reverseNetwork(host)
  return [
    ...(isPrivateName(host) ? PRIVATE : []),
    ...(isOwnName(host, own) ? OWN : []),
    ...(reverse ? networkMarks(reverse, own) : []),
  ]
}

/** What speaks against sending a canonical mail address: its domain, or the own address that a bounce address holds. */
export function mailMarks(address: string, own: readonly OwnList[]): HostMark[] {
  const at = address.lastIndexOf('@')
  // The last in a bounce address, the last but one where a forwarder rewrites the sender (SRS).
  const held = address.slice(0, at).split('=').slice(1).slice(-2)
  return [...hostMarks(address.slice(at + 1), own), ...(held.some((name) => isOwnName(name, own)) ? OWN : [])]
}

/** The address that a host is, if it is none by name. */
export function hostNetwork(host: string): Network | undefined {
  return parseNetwork(host.startsWith('[') ? host.slice(1, -1) : host)
}

/** Whether text is a name of ours, in A-labels or in Unicode. */
export function isOwnName(text: string, own: readonly OwnList[]): boolean {
  if (own.some((list) => list.hasName(text))) return true
  const name = /[\u0080-\uffff]/.test(text) ? hostName(text) : undefined
  return name !== undefined && own.some((list) => list.hasName(name))
}
