/// <reference lib="es2024.string" />
import { clean, hostName, PLAIN_NAME, refang } from './host.ts'
import { addressText, networkOf } from './network.ts'

/** No host is longer, however it is encoded; the time to make A-labels grows with the square of the length. */
const MAX_HOST = 512

/** A scheme and what parts it from the host, both perhaps defanged: `hxxps[:]//`, `h**p://`, `fxp[://]`. */
const SCHEME = /^([a-z][a-z\d+.-]*|h(?:\*\*|__)ps?)(?:\[:\/\/\]|(?:\[:\]|:)((?:\[\/\]|[/\\])+))/i

/** Schemes whose hosts the URL standard knows to be names or addresses, whatever the number of slashes before. */
const WEB_SCHEME = /^(?:https?|wss?|ftp)$/

/** A path without dots or escapes that could lead elsewhere, and a query with nothing that is escaped. */
const PLAIN_URL = new RegExp(
  String.raw`^https?://${PLAIN_NAME}/(?:[\w~-][\w~.-]*/)*(?:[\w~-][\w~.-]*)?(?:\?[\w~.=&+:,;@!$()*/%-]+)?$`,
)
const MAX_PLAIN_URL = 8192
/** Where the path of one begins at the latest: its host is no longer than a name may be. */
const MAX_PLAIN_PATH_START = 260

/** A URL's parts in their canonical form; it has no others. */
export interface UrlParts {
  scheme: string
  /** A name or an IPv4 address, or an IPv6 address in brackets. */
  host: string
  /** With the colon, or empty. */
  port: string
  path: string
  /** With the question mark, or empty. */
  query: string
}

/** The canonical form of a URL, or `undefined` if it is none with a host. */
export function canonicalUrl(text: string): string | undefined {
  const parts = parseUrl(text)
  return parts && `${parts.scheme}://${parts.host}${parts.port}${parts.path}${parts.query}`
}

/**
 * Whether a text certainly is a URL in its canonical form, as most are that come: to see that takes a tenth of the time
 * that it takes to make the form.
 */
export function isPlainUrl(text: string): boolean {
  if (!text.startsWith('http') || text.length > MAX_PLAIN_URL || text.includes('xn--')) return false
  return text.indexOf('/', 'https://'.length) <= MAX_PLAIN_PATH_START && PLAIN_URL.test(text)
}

/** Whether a cleaned text begins as a URL does. */
export function hasScheme(text: string): boolean {
  return SCHEME.test(text)
}

/**
 * The parts of a URL, or of `host.tld[:port][/…]`, which is taken for `http`. Only scheme and authority are refanged:
 * a path may hold `[.]`. Tabs and line breaks go, as for a browser.
 */
export function parseUrl(text: string): UrlParts | undefined {
  const cleaned = clean(text).replace(/[\t\n\r]/g, '')
  const scheme = schemeOf(cleaned)
  if (scheme === undefined) return undefined
  const { authority, rest } = afterScheme(cleaned.slice(scheme.end))
  if (scheme.end === 0 && !isBareHost(authority)) return undefined
  if (authority.length - authority.lastIndexOf('@') > MAX_HOST) return undefined
  const url = parse(`${scheme.name}://${inAscii(authority)}${rest}`)
  const host = url && hostOf(url)
  if (!host) return undefined
  // Node 24 encodes `^` as the URL standard has come to do, Node 22 does not.
  const path = url.pathname.replaceAll('^', '%5E') || '/'
  return { scheme: url.protocol.slice(0, -1), host, port: url.port && `:${url.port}`, path, query: url.search }
}

/** The scheme and where it ends: `http` before a text without one, `undefined` where no authority can follow. */
function schemeOf(text: string): { name: string; end: number } | undefined {
  const [whole, written, slashes = '//'] = SCHEME.exec(text) ?? []
  if (whole === undefined || written === undefined) return { name: 'http', end: 0 }
  const name = written
    .toLowerCase()
    .replace(/^h(?:xx|\*\*|__)p(s?)$/, 'http$1')
    .replace(/^fxp(s?)$/, 'ftp$1')
  const hasAuthority = WEB_SCHEME.test(name) || slashes.replaceAll('[/]', '/') === '//'
  return hasAuthority ? { name, end: whole.length } : undefined
}

/** Parts the authority, refanged, from what follows it. A backslash ends it as a slash does, but `\.` is a dot. */
function afterScheme(text: string): { authority: string; rest: string } {
  const end = text.search(/[/?#]|\\(?!\.)/)
  if (end === -1) return { authority: refang(text), rest: '' }
  const defanged = text.startsWith('[/]', end - 1)
  const rest = defanged ? `/${text.slice(end + 2)}` : text.slice(end)
  return { authority: refang(text.slice(0, defanged ? end - 1 : end)), rest }
}

function isBareHost(authority: string): boolean {
  const [, host] = /^([^:]+)(?::\d{1,5})?$/.exec(authority) ?? []
  return host !== undefined && hostName(host)?.includes('.') === true
}

/**
 * Percent-encodes what is beyond ASCII, as is to be done to a host before `URL.canParse`: once that is called often,
 * Node 20 reads the bytes of a Latin-1 string as UTF-8.
 */
export function inAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]+/g, (found) => encodeURIComponent(found.toWellFormed()))
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

function hostOf({ hostname }: URL): string | undefined {
  if (!hostname.startsWith('[')) return hostName(decoded(hostname))
  const network = networkOf(hostname.slice(1, -1))
  return network && (network.bits === 32 ? addressText(network) : `[${addressText(network)}]`)
}

/** Of a scheme that the URL standard does not know, it keeps a host beyond ASCII percent-encoded. */
function decoded(hostname: string): string {
  if (!hostname.includes('%')) return hostname
  try {
    return decodeURIComponent(hostname)
  } catch {
    return hostname
  }
}
