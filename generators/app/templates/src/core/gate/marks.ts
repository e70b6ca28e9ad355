import { addressesIn, decodings, mailDomainsIn, namesIn, urlHostsIn } from './found-in-text.ts'
import { hostMarks, hostNetwork, isOwnName, mailMarks, networkMarks, type HostMark } from './host-marks.ts'
import type { GoodList, Mark, OwnList, Rules } from './rules.ts'

/** An artifact as the gate sees it: its value is in its canonical form. */
export interface GatedArtifact {
  type: string
  value: unknown
  /** Of a file's content, in hexadecimal digits. */
  sha256?: string
}

/** What speaks against sending an artifact. */
export interface Marks {
  value: ReadonlySet<Mark>
  /** Of a URL's query: what it holds, or that the settings cut every query. */
  query: ReadonlySet<Mark> | 'always cut'
}

/** A canonical URL without its query: host, path. */
const URL_PARTS = /^[^:]+:\/\/(\[[^\]]*\]|[^:/]*)(?::\d+)?(\/[^?]*)$/

/** The types whose values come from outside. */
const OUTER_TYPE =
  /^(?:net\.(?:ip|cidr|name|uri|port)|hash\..*|file\.content|email\.header\.sender_address|threat\..*)$/s

const NONE: ReadonlySet<Mark> = new Set()

/**
 * What speaks against sending an artifact, by its type, its value and what the owner has said.
 * @param exact as the canonical form gives it: nothing is read out of a malformed value.
 */
export function marksOf(artifact: GatedArtifact, exact: boolean, rules: Rules): Marks {
  const { type, value } = artifact
  const marks = new Set<Mark>()
  if (type === 'system.user.password') marks.add('password')
  if (type === 'file.content') marks.add('file')
  if (!OUTER_TYPE.test(type)) marks.add('internal')
  if (!exact) marks.add('malformed')
  if (exact) for (const mark of valueMarks(artifact, rules)) marks.add(mark)
  const isUrl = exact && type === 'net.uri' && typeof value === 'string'
  return { value: marks, query: isUrl ? marksOfQuery(value, rules) : NONE }
}

function valueMarks({ type, value, sha256 }: GatedArtifact, rules: Rules): Mark[] {
  const { own, good } = rules
  if (type === 'email.header.to' && Array.isArray(value)) {
    return value.filter((to) => typeof to === 'string').flatMap((to) => mailMarks(to, own))
  }
  if (typeof value !== 'string') return []
  switch (type) {
    case 'net.ip':
    case 'net.cidr':
    case 'net.name':
      return [...hostMarks(value, own), ...goodIf(isGoodHost(value, good))]
    case 'net.uri':
      return urlMarks(value, rules)
    case 'email.header.sender_address':
      return mailMarks(value, own)
    case 'file.content':
      return goodIf(sha256 !== undefined && isGoodHash(sha256, good))
    default:
      return goodIf(type.startsWith('hash.') && isGoodHash(value, good))
  }
}

function urlMarks(url: string, { own, good, urlQueries }: Rules): Mark[] {
  const { host, path, query } = partsOf(url)
  const marks: Mark[] = hostMarks(host, own)
  if (decodings(path).some((text) => mailDomainsIn(text).some((domain) => isOwnName(domain, own)))) marks.push('own')
  if (query !== '' && urlQueries === 'keep') marks.push('query')
  // A share, a form or a redirect on a harmless host may do harm.
  const isBare = path === '/' && query === ''
  return [...marks, ...goodIf(good.some((list) => list.hasUrl(url)) || (isBare && isGoodHost(host, good)))]
}

function marksOfQuery(url: string, { own, urlQueries }: Rules): Marks['query'] {
  const query = queryOf(url)
  if (query === '' || urlQueries === 'keep') return NONE
  return urlQueries === 'cut' ? 'always cut' : queryMarks(query, own)
}

function partsOf(url: string): { host: string; path: string; query: string } {
  const [, host = '', path = ''] = URL_PARTS.exec(withoutQuery(url)) ?? []
  return { host, path, query: queryOf(url) }
}

/** With its question mark, or empty. */
function queryOf(url: string): string {
  return url.slice(withoutQuery(url).length)
}

function isGoodHost(host: string, good: readonly GoodList[]): boolean {
  const network = hostNetwork(host)
  return good.some((list) => (network ? list.hasAllOf(network) : list.hasName(host)))
}

function isGoodHash(hash: string, good: readonly GoodList[]): boolean {
  return good.some((list) => list.hasHash(hash))
}

function goodIf(isGood: boolean): Mark[] {
  return isGood ? ['good'] : []
}

/** A canonical URL without its query. */
export function withoutQuery(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

/**
 * What speaks against sending a URL's query: in it a name of ours, a mail address of one, an address that is ours or
 * private, or a URL whose host is.
 */
export function queryMarks(query: string, own: readonly OwnList[]): Set<HostMark> {
  const marks = new Set<HostMark>()
  const isNamed = own.some(({ size }) => size > 0)
  const texts = decodings(query)
  for (const text of texts)
    for (const host of urlHostsIn(text)) for (const mark of hostMarks(host, own)) marks.add(mark)
  for (const text of [...texts, ...withoutEscapes(texts.at(-1) ?? '')]) {
    for (const address of addressesIn(text)) for (const mark of networkMarks(address, own)) marks.add(mark)
    const names = isNamed ? [...namesIn(text), ...mailDomainsIn(text)] : []
    if (names.some((name) => isOwnName(name, own))) marks.add('own')
  }
  return marks
}

/** What follows an escape that is left when all is decoded does not begin with it: `%2fcontoso.com`, `\ncontoso.com`. */
function withoutEscapes(text: string): string[] {
  if (!text.includes('%') && !text.includes('\\')) return []
  const without = text.replace(/%[\da-f]{2}|\\(?:u[\da-f]{4}|x[\da-f]{2}|[bfnrt])/g, ' ')
  return without === text ? [] : [without]
}
