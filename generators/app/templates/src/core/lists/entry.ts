import { isIPv4 } from 'node:net'
import { canonical } from '../protocol/canonical.ts'
import { clean, isPlainName } from '../protocol/host.ts'
import { addressText, isAddress, networkText, parseNetwork, type Network } from '../protocol/network.ts'
import { isPlainUrl } from '../protocol/url.ts'

/** What an entry of a list is. */
export type Kind = 'address' | 'network' | 'name' | 'url' | 'mail' | 'md5' | 'sha1' | 'sha256'

const HASHES = new Map<number, Kind>([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
])
const HEX = /^[\da-f]+$/

/**
 * The kind of a value that certainly is in its canonical form, as most values of lists are: to see that takes a tenth
 * of the time that it takes to make the form. `undefined`: it has to be made.
 */
export function kindOfPlain(text: string): Kind | undefined {
  const hash = HASHES.get(text.length)
  if (hash !== undefined && HEX.test(text)) return hash
  if (isIPv4(text)) return 'address'
  if (isPlainName(text)) return 'name'
  return isPlainUrl(text) ? 'url' : undefined
}

/** One value of a list. */
export interface Entry {
  kind: Kind
  /** In its canonical form. */
  value: string
  /** Of a network. */
  network?: Network
  /** A name: with all beneath it. */
  beneath?: boolean
}

/** No value that can be looked up is longer: in characters. */
const MAX_LENGTH = 8192

/** What stands before a name that means all beneath it too: `.evil.example`, `*[.]evil[.]example`. */
const BENEATH = /^\*?(?:\.|\[\.\])(?![.[])/
const LIKE_AN_ADDRESS = /^\[?(?:\d{1,3}[^\w-]|[\da-f]{0,4}\[?:)/i
/** A network without anything that has to be cleaned, if it is one. */
const PLAIN_NETWORK = /^[\d.]+\/(?:0|[1-9]\d?)$/
/** A network, or what is meant as one: never a path. */
const LENGTH_OR_MASK = /\/[\d.]*$/

/**
 * What a line, a cell or a value of a list is, if it is anything that can be looked up; its shape tells. A name needs a
 * dot, or a dot before it: a single word is more likely rubbish.
 */
export function toEntry(raw: string): Entry | undefined {
  const plain = kindOfPlain(raw)
  if (plain !== undefined) return { kind: plain, value: raw }
  if (PLAIN_NETWORK.test(raw)) return toNetwork(raw)
  const text = raw.length > MAX_LENGTH ? '' : clean(raw)
  if (text === '') return undefined
  const hash = HASHES.get(text.length)
  if (hash !== undefined && HEX.test(text.toLowerCase())) return { kind: hash, value: text.toLowerCase() }
  const dot = BENEATH.exec(text)?.[0]
  if (dot !== undefined) {
    const name = form('net.name', text.slice(dot.length))
    return name === undefined || isIPv4(name) ? undefined : { kind: 'name', value: name, beneath: true }
  }
  if (LIKE_AN_ADDRESS.test(text)) {
    if (LENGTH_OR_MASK.test(text)) return toNetwork(form('net.cidr', text))
    const address = form('net.ip', text)
    if (address !== undefined) return { kind: 'address', value: address }
  }
  if (text.includes('/')) return of('url', form('net.uri', text))
  if (/@|[[(]at[\])]/i.test(text)) return of('mail', form('email.header.sender_address', text))
  const name = form('net.name', text)
  if (name !== undefined && isIPv4(name)) return { kind: 'address', value: name }
  return name?.includes('.') ? { kind: 'name', value: name } : undefined
}

/** The canonical form of a text as a type, if it is one. */
function form(type: string, text: string): string | undefined {
  const { value, exact } = canonical(type, text)
  return exact && typeof value === 'string' ? value : undefined
}

function of(kind: Kind, value: string | undefined): Entry | undefined {
  return value === undefined ? undefined : { kind, value }
}

function toNetwork(text = ''): Entry | undefined {
  const network = parseNetwork(text)
  if (!network) return undefined
  if (isAddress(network)) return { kind: 'address', value: addressText(network) }
  return { kind: 'network', value: networkText(network), network }
}

/** The artifact types that entries of lists can match. */
export const LISTED_TYPES = [
  'net.ip',
  'net.cidr',
  'net.name',
  'net.uri',
  'hash.md5',
  'hash.sha1',
  'hash.sha256',
  'file.content',
  'email.header.sender_address',
  'email.header.to',
] as const

/** One of them. */
export type ListedType = (typeof LISTED_TYPES)[number]

const MAIL: readonly ListedType[] = ['email.header.sender_address', 'email.header.to']

const SERVES: Record<Kind, readonly ListedType[]> = {
  address: ['net.ip', 'net.cidr'],
  network: ['net.ip', 'net.cidr'],
  name: ['net.name', ...MAIL],
  url: ['net.uri'],
  mail: MAIL,
  md5: ['hash.md5'],
  sha1: ['hash.sha1'],
  sha256: ['hash.sha256', 'file.content'],
}

/**
 * The artifact types that entries of a kind can match.
 * @param hosts whether a URL is looked for by its host too.
 */
export function servedBy(kind: Kind, hosts: boolean): readonly ListedType[] {
  const isHost = kind === 'address' || kind === 'network' || kind === 'name'
  return isHost && hosts ? [...SERVES[kind], 'net.uri'] : SERVES[kind]
}

/** Whether a text is one of these types. */
export function isListedType(type: string): type is ListedType {
  return LISTED_TYPES.some((one) => one === type)
}
