import { dropUnseen } from '../protocol/host.ts'
import { networkOf, type Network } from '../protocol/network.ts'
import { parseUrl } from '../protocol/url.ts'

const [ZERO, NINE, A, Z, DOT, DASH, COLON] = [0x30, 0x39, 0x61, 0x7a, 0x2e, 0x2d, 0x3a]

/** No IPv6 address is longer (45 characters), with a word or two before it. */
const MAX_ADDRESS_RUN = 64

/**
 * What could be names of at least two labels, in a decoded text. Some scripts part words by nothing, so that a name in
 * ASCII may stand within a run of other letters.
 */
export function namesIn(text: string): string[] {
  const names = runsAround('.', isOfName, text)
  return (isAscii(text) ? names : [...names, ...runsAround('.', isOfAsciiName, text)]).map(withoutEnds)
}

/** The domains of the mail addresses in a decoded text, as `namesIn` finds names. */
export function mailDomainsIn(text: string): string[] {
  if (!text.includes('@')) return []
  const found = text.match(/@[a-z\d.\-\p{L}\p{M}\p{N}\p{Cs}]+/gu) ?? []
  const domains = found.map((one) => one.slice(1))
  return domains.flatMap((one) => (isAscii(one) ? one : [one, one.replace(/[\u0080-\uffff].*$/, '')])).map(withoutEnds)
}

/** The addresses of either family in a decoded text. */
export function addressesIn(text: string): Network[] {
  const ipv4 = runsAround('.', isOfIpv4, text).map((run) => networkOf(withoutEnds(run)))
  const ipv6 = runsAround(':', isOfIpv6, text).map(ipv6In)
  return [...ipv4, ...ipv6].filter((found) => found !== undefined)
}

/** The hosts of the URLs in a decoded text, as browsers read them: `http://0x0a.1` is on 10.0.0.1. */
export function urlHostsIn(text: string): string[] {
  const authorities = text.includes(':') ? (text.match(/:[\\/]{2,}[^\\/?#&\s"'`<>(){},;|]+/g) ?? []) : []
  return authorities
    .map((found) => parseUrl(`http://${found.replace(/^:[\\/]+/, '')}`)?.host)
    .filter((host) => host !== undefined)
}

/**
 * The longest runs of some characters that have a mark in them. A regular expression for such a run takes the square
 * of the length of a run without the mark.
 */
function runsAround(mark: string, belongs: (code: number) => boolean, text: string): string[] {
  const runs: string[] = []
  let end = 0
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, end)) {
    let start = at
    while (start > end && belongs(text.charCodeAt(start - 1))) start -= 1
    end = at + 1
    while (end < text.length && belongs(text.charCodeAt(end))) end += 1
    runs.push(text.slice(start, end))
  }
  return runs
}

function isOfIpv4(code: number): boolean {
  return (code >= ZERO && code <= NINE) || code === DOT
}

function isOfIpv6(code: number): boolean {
  return isOfIpv4(code) || (code >= A && code <= Z) || code === COLON
}

function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text)
}

function isOfAsciiName(code: number): boolean {
  return isOfIpv4(code) || (code >= A && code <= Z) || code === DASH
}

function isOfName(code: number): boolean {
  if (code < 0x80) return isOfAsciiName(code)
  return /[\p{L}\p{M}\p{N}\p{Cs}]/u.test(String.fromCharCode(code))
}

/** An IPv6 address, perhaps with a word before it (`src:fd00::1`) and a mark after it. */
function ipv6In(run: string): Network | undefined {
  if (run.indexOf(':') === run.lastIndexOf(':')) return undefined
  // dots before the first colon are those of a sentence
  let rest = run
    .slice(-MAX_ADDRESS_RUN)
    .replace(/(?<!:):$|\.+$/, '')
    .replace(/^[^:]*\./, '')
  for (let words = 0; words <= 2; words += 1) {
    const address = networkOf(rest)
    if (address) return address
    rest = rest.slice(rest.indexOf(':') + 1)
  }
  return undefined
}

/** Dots and dashes at the ends belong to the sentence. */
function withoutEnds(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && '.-'.includes(text.charAt(start))) start += 1
  while (end > start && '.-'.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** How often a part of a URL is decoded: redirects and tracking links put one URL into another, and that into a third. */
const ROUNDS = 3

/** A part of a URL as it is, and as it is after each round of percent-decoding, all in the form of `comparable`. */
export function decodings(text: string): string[] {
  const found = [comparable(text)]
  let current = text
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = decoded(current)
    if (next === current) break
    found.push(comparable(next))
    current = next
  }
  return found
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return decodedInParts(text)
  }
}

/** Escapes that are none stay as they are. What is no UTF-8 is taken for Latin-1, as old pages encode. */
function decodedInParts(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex')
    const utf8 = bytes.toString()
    return utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8
  })
}

/** Lower case; beyond ASCII also with what UTS 46 does to a name, so that a name in the text compares. */
function comparable(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text.toLowerCase()
  return dropUnseen(text).normalize('NFKC').toLowerCase().replaceAll('\u3002', '.')
}
