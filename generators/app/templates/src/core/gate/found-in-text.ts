import { dropUnseen, hostName } from '../protocol/host.ts'
import { networkOf, type Network } from '../protocol/network.ts'
import { parseUrl } from '../protocol/url.ts'

const DIGITS = '0123456789'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const OF_IPV4 = tableOf(`${DIGITS}.`)
const OF_IPV6 = tableOf(`${DIGITS}${LETTERS}.:`)
const OF_NAME = tableOf(`${DIGITS}${LETTERS}.-`)
/** With all that is beyond ASCII, letters or not. */
const OF_NAME_OR_UNICODE = new Uint8Array(0x10000).fill(1, 0x80)
OF_NAME_OR_UNICODE.set(OF_NAME)

const UNICODE_NAME = /[a-z\d.\-\p{L}\p{M}\p{N}\p{Cs}\u{10000}-\u{10ffff}]+/gu

/** What is in each text that holds an address: most texts need no closer look. */
const IPV4_SIGN = /\d\.\d{1,3}\.\d{1,3}\.\d/
const IPV6_SIGN = /::|(?::[\da-f]{1,4}){5}/

/** No IPv6 address is longer (45 characters), with a word or two before it. */
const MAX_ADDRESS_RUN = 64

/**
 * What could be names of at least two labels, in a decoded text; those beyond ASCII in A-labels too. Some scripts part
 * words by nothing, so that a name in ASCII may stand within a run of other letters.
 */
export function namesIn(text: string): string[] {
  const names = runsAround('.', OF_NAME, text).map(withoutEnds)
  return isAscii(text) ? names : [...names, ...unicodeNamesIn(text).flatMap(spellings)]
}

/** To tell letters from signs takes long: it is done only where there is a dot. */
function unicodeNamesIn(text: string): string[] {
  const runs = runsAround('.', OF_NAME_OR_UNICODE, text).filter((run) => !isAscii(run))
  return runs.flatMap((run) => run.match(UNICODE_NAME) ?? []).filter((name) => name.includes('.') && !isAscii(name))
}

/** The domains of the mail addresses in a decoded text, as `namesIn` finds names. */
export function mailDomainsIn(text: string): string[] {
  if (!text.includes('@')) return []
  const found = text.match(/@[a-z\d.\-\p{L}\p{M}\p{N}\p{Cs}]+/gu) ?? []
  const domains = found.map((one) => one.slice(1))
  const inUnicode = domains.filter((one) => !isAscii(one))
  return [...domains.map((one) => withoutEnds(one.replace(/[\u0080-\uffff].*$/, ''))), ...inUnicode.flatMap(spellings)]
}

/** What could be a name beyond ASCII, as it is and, if it is one, in A-labels. */
function spellings(run: string): string[] {
  const text = withoutEnds(run)
  const name = hostName(text)
  return name === undefined ? [text] : [text, name]
}

/** The addresses of either family in a decoded text. */
export function addressesIn(text: string): Network[] {
  const ipv4 = IPV4_SIGN.test(text) ? runsAround('.', OF_IPV4, text).map((run) => networkOf(withoutEnds(run))) : []
  const ipv6 = text.includes(':') && IPV6_SIGN.test(text) ? runsAround(':', OF_IPV6, text).map(ipv6In) : []
  return [...ipv4, ...ipv6].filter((found) => found !== undefined)
}

/** The hosts of the URLs in a decoded text, as browsers read them: `http://0x0a.1` is on 10.0.0.1. */
export function urlHostsIn(text: string): string[] {
  const authorities = text.includes(':') ? (text.match(/:[\\/]{2,}[^\\/?#&\s"'`<>(){},;|]+/g) ?? []) : []
  return authorities.map((found) => hostIn(found.replace(/^:[\\/]+/, ''))).filter((host) => host !== undefined)
}

/** Most authorities are a name and nothing else, which needs no parser of URLs. */
function hostIn(authority: string): string | undefined {
  return hostName(authority) ?? parseUrl(`http://${authority}`)?.host
}

/** A table with 1 at the code of each of some characters. */
function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(0x80)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}

/**
 * The longest runs of some characters that have a mark in them. A regular expression for such a run takes the square
 * of the length of a run without the mark.
 */
function runsAround(mark: string, table: Uint8Array, text: string): string[] {
  const runs: string[] = []
  let end = 0
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, end)) {
    let start = at
    while (start > end && table[text.charCodeAt(start - 1)] === 1) start -= 1
    end = at + 1
    while (end < text.length && table[text.charCodeAt(end)] === 1) end += 1
    runs.push(text.slice(start, end))
  }
  return runs
}

/** Only characters of ASCII take one byte each in UTF-8; to count bytes takes a tenth of a regular expression's time. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
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
  while (start < end && isDotOrDash(text.charCodeAt(start))) start += 1
  while (end > start && isDotOrDash(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isDotOrDash(code: number): boolean {
  return code === 0x2e || code === 0x2d
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

/** Escapes that are none stay as they are. */
function decoded(text: string): string {
  if (!text.includes('%')) return text
  const escapes = text.replace(/%(?![\da-f]{2})/gi, '%25')
  try {
    return decodeURIComponent(escapes)
  } catch {
    return decodedInParts(text)
  }
}

/** What is no UTF-8 is taken for Latin-1, as old pages encode. */
function decodedInParts(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    // one byte alone is ASCII or Latin-1
    if (escapes.length === 3) return String.fromCharCode(Number.parseInt(escapes.slice(1), 16))
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex')
    const utf8 = bytes.toString()
    return utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8
  })
}

/** Lower case; beyond ASCII also with what UTS 46 does to a name, so that a name in the text compares. */
function comparable(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  return dropUnseen(text).normalize('NFKC').toLowerCase().replaceAll('\u3002', '.')
}
