import { isIPv4 } from 'node:net'
import { domainToASCII } from 'node:url'
import { addressText, isAddress, networkOf, networkText, type Network } from './network.ts'

/** Characters that nobody sees: soft hyphens, zero-width ones, marks of direction, byte order marks. */
const UNSEEN = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g

const PAIRS = new Map([
  ['<', '>'],
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
])

const DEFANGED = /[[\](){}\\]/
const DEFANGED_DOT = /\[(?:\.|dot)\]|\((?:\.|dot)\)|\{(?:\.|dot)\}|\[\.|\.\]|\\\./gi
const DEFANGED_AT = /\[(?:@|at)\]|\(at\)/gi

/** Drops the characters that nobody sees. */
export function dropUnseen(text: string): string {
  return text.replace(UNSEEN, '')
}

/** Takes off what copying adds to a value: unseen characters, blanks at its ends, one pair of quotes or of `<>`. */
export function clean(text: string): string {
  const seen = dropUnseen(text).trim()
  const quoted = seen.length > 1 && PAIRS.get(seen.charAt(0)) === seen.at(-1)
  return quoted ? seen.slice(1, -1).trim() : seen
}

/** Undoes what keeps a name, address or mail address from being clicked: `evil[.]example`, `jane(at)evil{dot}example`. */
export function refang(text: string): string {
  if (!DEFANGED.test(text)) return text
  return text.replace(DEFANGED_DOT, '.').replaceAll('[:]', ':').replaceAll('[/]', '/').replace(DEFANGED_AT, '@')
}

const MAX_NAME = 253

/** Anything but letters, digits, `-`, `_`, `.` and what is beyond ASCII. */
const NO_NAME = /[^\w.\-\u0080-\uffff]/

const NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/

/** Of several labels, in lower case; no number. */
export const PLAIN_NAME = String.raw`(?:[a-z\d_-]{1,63}\.)+[a-z][a-z\d-]{0,62}`

const IS_PLAIN_NAME = new RegExp(`^${PLAIN_NAME}$`)

/** What the URL standard calls "ends in a number": a browser takes such a name for an IPv4 address. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[\da-f]*)$/

/**
 * The canonical form of a host name: A-labels in lower case (UTS 46, non-transitional), no dot at its end. A strict
 * IPv4 address stays one. Gives `undefined` for what is neither.
 */
export function hostName(text: string): string | undefined {
  const bare = withoutTrailingDots(text)
  if (isIPv4(bare)) return bare
  if (bare.length > MAX_NAME || NO_NAME.test(bare)) return undefined
  const name = withoutTrailingDots(aLabels(bare))
  return name.length <= MAX_NAME && NAME.test(name) && !ENDS_IN_NUMBER.test(name) ? name : undefined
}

/** Whether a text certainly is a name in its canonical form, as most are that come. */
export function isPlainName(text: string): boolean {
  return text.length <= MAX_NAME && IS_PLAIN_NAME.test(text) && !text.includes('xn--')
}

/**
 * `domainToASCII` makes a name of almost anything, so only names may reach it. A name in ASCII is only put into lower
 * case: Node 24 takes A-labels that stand for nothing, Node 22 does not.
 */
function aLabels(name: string): string {
  return /[\u0080-\uffff]/.test(name) ? domainToASCII(name) : name.toLowerCase()
}

function withoutTrailingDots(text: string): string {
  let end = text.length
  while (text[end - 1] === '.') end -= 1
  return text.slice(0, end)
}

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
