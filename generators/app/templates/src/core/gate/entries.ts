import { canonicalCidr, clean, hostName, refang } from '../protocol/host.ts'
import { canonicalUrl, hasScheme } from '../protocol/url.ts'
import { parseNetwork, type Network } from '../protocol/network.ts'
import { NameSet } from './name-set.ts'
import { NetworkSet } from './network-set.ts'
import type { GoodList, OwnList } from './rules.ts'

/** Entries as a list, or what is wrong with them: a sentence each, which names the entry and the remedy. */
export type Parsed<List> = { list: List; mistakes?: never } | { mistakes: string[] }

/** What entries come to. */
interface Entries {
  size: number
  names: NameSet
  networks: Network[]
  hashes: Set<string>
  urls: Set<string>
}

/** Reads an entry into `entries`, or gives what is wrong with it. */
type Reader = (entry: string, entries: Entries) => string | undefined

/** Reads what is ours (`CTS_OWN`): domains, addresses and CIDRs, parted by commas or lines, with `#` comments. */
export function parseOwn(text: string): Parsed<OwnList> {
  return parse(text, readOwn, ({ size, names, networks }) => {
    const ranges = new NetworkSet(networks)
    return { size, hasName: (name) => names.has(name), hasPartOf: (network) => ranges.hasPartOf(network) }
  })
}

/**
 * Reads what is known to be harmless (`CTS_KNOWN_GOOD`): as what is ours, and hashes and URLs. Only a domain with a dot
 * before it (`.example.com`) stands for those beneath it too.
 */
export function parseGood(text: string): Parsed<GoodList> {
  return parse(text, readGood, ({ size, names, networks, hashes, urls }) => {
    const ranges = new NetworkSet(networks)
    return {
      size,
      hasName: (name) => names.has(name),
      hasAllOf: (network) => ranges.hasAllOf(network),
      hasHash: (hash) => hashes.has(hash),
      // a set without entries hashes a long URL all the same
      hasUrl: (url) => urls.size > 0 && urls.has(url),
    }
  })
}

function parse<List>(text: string, read: Reader, toList: (entries: Entries) => List): Parsed<List> {
  const entries: Entries = { size: 0, names: new NameSet(), networks: [], hashes: new Set(), urls: new Set() }
  const mistakes: string[] = []
  for (const entry of split(text)) {
    entries.size += 1
    const mistake = read(entry, entries)
    if (mistake !== undefined) mistakes.push(`"${shown(entry)}" ${mistake}.`)
  }
  return mistakes.length > 0 ? { mistakes } : { list: toList(entries) }
}

/** A `#` begins a comment where an entry could begin or after a blank; within a URL it does not. */
function split(text: string): string[] {
  return text
    .split(/[\r\n]+/)
    .flatMap((line) => line.replace(/(?:^|[\s,])#.*$/, '').split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

const readOwn: Reader = (entry, entries) => {
  if (addNetwork(entry, entries)) return undefined
  const { name, dotted } = nameOf(entry)
  if (name === undefined) return wrong(entry, 'domain, address or CIDR')
  if (!dotted && !name.includes('.')) return `is a single label: write ".${name}" if all names beneath it are yours`
  entries.names.add(name, { beneath: true })
  return undefined
}

const readGood: Reader = (entry, entries) => {
  if (addNetwork(entry, entries) || addHash(entry, entries) || addUrl(entry, entries)) return undefined
  const { name, dotted } = nameOf(entry)
  if (name === undefined) return wrong(entry, 'domain, address, CIDR, hash or URL with a host')
  entries.names.add(name, { beneath: dotted })
  return undefined
}

function addNetwork(entry: string, { networks }: Entries): boolean {
  const network = parseNetwork(canonicalCidr(entry) ?? '')
  if (network) networks.push(network)
  return network !== undefined
}

function addHash(entry: string, { hashes }: Entries): boolean {
  const hash = clean(entry).toLowerCase()
  const isHash = /^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64})$/.test(hash)
  if (isHash) hashes.add(hash)
  return isHash
}

function addUrl(entry: string, { urls }: Entries): boolean {
  const url = hasScheme(clean(entry)) ? canonicalUrl(entry) : undefined
  if (url !== undefined) urls.add(url)
  return url !== undefined
}

function nameOf(entry: string): { name: string | undefined; dotted: boolean } {
  const text = refang(clean(entry))
  const dotted = text.startsWith('.')
  return { name: hostName(dotted ? text.slice(1) : text), dotted }
}

function wrong(entry: string, wanted: string): string {
  const [, above] = /^\*(\..+)$/.exec(entry) ?? []
  return `is no ${wanted}${above === undefined ? '' : `: write "${shown(above)}" for it and all beneath it`}`
}

function shown(entry: string): string {
  return entry.length > 80 ? `${entry.slice(0, 80)}…` : entry
}
