import { queryMarks } from './cut.ts'
import { decodings } from './decodings.ts'
import { mailDomainsIn } from './found-in-text.ts'
import { hostMarks, hostNetwork, isOwnName, mailMarks } from './host-marks.ts'
import type { Mark } from './mark.ts'
import type { GoodList, Rules } from './rules.ts'

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

/** A canonical URL: host, path, query. */
const URL_PARTS = /^[^:]+:\/\/(\[[^\]]*\]|[^:/]*)(?::\d+)?(\/[^?]*)(\?.*)?$/

/** The types whose values come from outside. */
const OUTER_TYPE =
  /^(?:net\.(?:ip|cidr|name|uri|port)|hash\..*|file\.content|email\.header\.sender_address|threat\..*)$/s

const NONE: ReadonlySet<Mark> = new Set()

/**
 * What speaks against sending an artifact, by its type, its value and what the owner has said.
 * @param artifact with `exact` as the canonical form gives it: nothing is read out of a malformed value.
 */
export function marksOf(artifact: GatedArtifact & { exact: boolean }, rules: Rules): Marks {
  const { type, value, exact } = artifact
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
  const { query } = partsOf(url)
  if (query === '' || urlQueries === 'keep') return NONE
  return urlQueries === 'cut' ? 'always cut' : queryMarks(query, own)
}

function partsOf(url: string): { host: string; path: string; query: string } {
  const [, host = '', path = '', query = ''] = URL_PARTS.exec(url) ?? []
  return { host, path, query }
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
