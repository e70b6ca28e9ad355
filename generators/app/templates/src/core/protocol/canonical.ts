/// <reference lib="es2024.string" />
import { isIPv4 } from 'node:net'
import { canonicalAddress, canonicalCidr, clean, hostName, refang } from './host.ts'
import { canonicalUrl, hasScheme, isPlainUrl, parseUrl } from './url.ts'

/** A value as its type means it, or as it came with what is wrong with it: a phrase that goes on from "the value". */
export type Canonical = { value: unknown; exact: true; fault?: never } | { value: unknown; exact: false; fault: string }

/** How values of a type with a canonical form are made canonical. */
interface Form {
  of(text: string): string | undefined
  /** Whether a value certainly has the form already. */
  isPlain?(text: string): boolean
  /** What is wrong with a value that has none. */
  fault: string
  /** In characters: nothing longer is parsed, and nothing longer is given. */
  limit: number
}

const LIMIT = 512
const URL_LIMIT = 8192

const hash = (digits: number, name: string): Form => ({
  of: (text) => canonicalHash(text, digits),
  fault: `is no ${name} hash`,
  limit: LIMIT,
})

const forms = new Map<string, Form>([
  ['net.ip', { of: canonicalAddress, isPlain: isIPv4, fault: 'is no IP address', limit: LIMIT }],
  ['net.cidr', { of: canonicalCidr, fault: 'is no CIDR', limit: LIMIT }],
  ['net.name', { of: canonicalName, fault: 'is no host or domain name', limit: LIMIT }],
  ['net.uri', { of: canonicalUrl, isPlain: isPlainUrl, fault: 'is no URL with a host', limit: URL_LIMIT }],
  ['net.mac', { of: canonicalMac, fault: 'is no MAC address', limit: LIMIT }],
  ['hash.md5', hash(32, 'MD5')],
  ['hash.sha1', hash(40, 'SHA-1')],
  ['hash.sha256', hash(64, 'SHA-256')],
  ['email.header.sender_address', { of: canonicalMail, fault: 'is no mail address', limit: LIMIT }],
  ['threat.report.cve', { of: canonicalCve, fault: 'holds no CVE id, or several', limit: LIMIT }],
])

/**
 * The canonical form of an artifact's value: the same for all spellings of one thing, and itself when made canonical
 * again. Types that have none, unknown ones included, keep their value. `exact` is false for a value that is not what
 * its type says, which stays as it came; `fault` then says why without the value.
 * @param value has the shape that the protocol gives the type.
 */
export function canonical(type: string, value: unknown): Canonical {
  const fault = textFault(value)
  if (fault !== undefined) return { value, exact: false, fault }
  if (type === 'email.header.to') {
    return made(value, canonicalRecipients(value), 'is no list of up to 1,000 mail addresses')
  }
  const form = forms.get(type)
  return form ? canonicalText(value, form) : { value, exact: true }
}

function canonicalText(value: unknown, { of, isPlain, fault, limit }: Form): Canonical {
  if (typeof value !== 'string') return { value, exact: false, fault }
  if (isPlain?.(value)) return { value, exact: true }
  const tooLong = `has more than ${limit} characters`
  if (value.length > limit) return { value, exact: false, fault: tooLong }
  const form = of(value)
  return form !== undefined && form.length > limit ? { value, exact: false, fault: tooLong } : made(value, form, fault)
}

function made(value: unknown, form: unknown, fault: string): Canonical {
  return form === undefined ? { value, exact: false, fault } : { value: form, exact: true }
}

/** More parts than a value of any type has; they would take long to look through. */
const MAX_PARTS = 100_000

/** What is wrong with the text that a value holds, anywhere within it, or `undefined`. */
export function textFault(value: unknown): string | undefined {
  const open = [value]
  for (let seen = 1; open.length > 0;) {
    const next = open.pop()
    if (typeof next === 'string' && !next.isWellFormed()) return 'holds text that is no well-formed Unicode'
    if (typeof next !== 'object' || next === null) continue
    const parts = Array.isArray(next) ? next : Object.entries(next).flat()
    seen += parts.length
    if (seen > MAX_PARTS) return 'has more parts than can be checked'
    for (const part of parts) open.push(part)
  }
  return undefined
}

const NAME_PORT_PATH = /^([^:/]+)(?::\d{1,5})?(?:\/.*)?$/s

/** The canonical form of a host name, or of the host of a URL, of `name:port` or `name/path`; or `undefined`. */
export function canonicalName(text: string): string | undefined {
  const cleaned = clean(text)
  if (hasScheme(cleaned)) return hostName(parseUrl(cleaned)?.host ?? '')
  const [, name] = NAME_PORT_PATH.exec(refang(cleaned)) ?? []
  return name === undefined ? undefined : hostName(name)
}

/** A local part without blanks, controls, and what parts one address from the next (RFC 5322's specials). */
const LOCAL_PART = /^[^\s\p{Cc}()<>{}[\]:;@\\,]+$/u

/** The canonical form of a mail address, or `undefined`: `Jane <JANE@Evil[.]Example>` is `jane@evil.example`. */
export function canonicalMail(text: string): string | undefined {
  const address = withoutLink(refang(inBrackets(clean(text)).trim()))
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0)).toLowerCase()
  const domain = at === -1 ? undefined : hostName(address.slice(at + 1))
  return domain !== undefined && LOCAL_PART.test(local) ? `${local}@${domain}` : undefined
}

/** What stands between the last `<` and the `>` after it, if there are both. */
function inBrackets(text: string): string {
  const start = text.lastIndexOf('<')
  const end = text.indexOf('>', start)
  return start === -1 || end === -1 ? text : text.slice(start + 1, end)
}

/** Takes `mailto:` off, and the `?subject=…` of a link; without `mailto:` a local part may have a `?`. */
function withoutLink(text: string): string {
  const address = text.replace(/^mailto:/i, '')
  const query = address.indexOf('?', address.length < text.length ? 0 : Math.max(address.indexOf('@'), 0))
  return (query === -1 ? address : address.slice(0, query)).trim()
}

const MAX_RECIPIENTS = 1000
const MAX_ADDRESS = 512

/** In all; more than a mail server takes in one header (Postfix: 102,400). */
const MAX_CHARACTERS = 131_072

/** Making A-labels takes ten microseconds a name; nobody writes to so many such domains at once. */
const MAX_UNICODE_DOMAINS = 100

/** The canonical form of the addresses that a mail went to: sorted, each once. Or `undefined` if one is none. */
export function canonicalRecipients(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_RECIPIENTS) return undefined
  const recipients = new Set<string>()
  let characters = 0
  let unicodeDomains = 0
  for (const text of value) {
    if (typeof text !== 'string' || text.length > MAX_ADDRESS) return undefined
    characters += text.length
    if (characters > MAX_CHARACTERS) return undefined
    if (/[\u0080-\uffff]/.test(text.slice(text.lastIndexOf('@'))) && ++unicodeDomains > MAX_UNICODE_DOMAINS)
      return undefined
    const address = canonicalMail(text)
    if (address === undefined) return undefined
    recipients.add(address)
  }
  return [...recipients].toSorted()
}

/** The canonical form of a hash of so many hexadecimal digits, or `undefined`. */
export function canonicalHash(text: string, digits: number): string | undefined {
  const hash = clean(text).toLowerCase()
  return hash.length === digits && /^[\da-f]+$/.test(hash) ? hash : undefined
}

/** The canonical form of a MAC address, whatever parts its digits, or `undefined`. */
export function canonicalMac(text: string): string | undefined {
  const digits = clean(text).replace(/[\s:.-]/g, '')
  return canonicalHash(digits, 12)?.replace(/..(?=.)/g, '$&:')
}

/** Any dash, blank or underscore; the minus sign is no dash to Unicode. */
const DASH = String.raw`[\p{Pd}\u2212\s_]{1,3}`

const NUMBER = String.raw`(\d{4})${DASH}(\d{4,19})`

const ID = new RegExp(String.raw`(?<![\p{L}\p{N}])CVE${DASH}${NUMBER}(?!\d)`, 'giu')
const NUMBER_ALONE = new RegExp(`^${NUMBER}$`, 'gu')

/** The one CVE id that a text holds, in the form of https://www.cve.org, or `undefined` if it holds none or several. */
export function canonicalCve(text: string): string | undefined {
  const cleaned = clean(text)
  const ids = new Set(
    [...cleaned.matchAll(ID), ...cleaned.matchAll(NUMBER_ALONE)].map(([, year, number]) => `CVE-${year}-${number}`),
  )
  const [id] = ids
  return ids.size === 1 ? id : undefined
}
