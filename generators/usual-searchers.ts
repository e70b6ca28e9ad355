import { COMMON_NAMES } from './app/templates/scripts/soar/common-names.ts'
import type { ArtifactType } from './artifact-types.ts'
import { findSource, looksUp } from './source-list.ts'

/** A searcher's name that says by itself what is looked up. */
export interface UsualSearcher {
  name: string
  types: readonly ArtifactType[]
  /** The one source that it is for, if it is for one. */
  source?: string
}

/** Where one would look first, by a searcher's name. Nothing that asks after people (`hibp`) is ever usual. */
const PREFERRED: Readonly<Record<string, readonly string[]>> = {
  url: ['urlhaus', 'virustotal', 'urlscan'],
  ip: ['abuseipdb', 'greynoise', 'virustotal', 'urlhaus'],
  domain: ['urlhaus', 'virustotal', 'urlscan'],
  hash: ['virustotal', 'malwarebazaar'],
  md5: ['virustotal', 'malwarebazaar', 'urlhaus'],
  sha1: ['virustotal', 'malwarebazaar'],
  sha256: ['virustotal', 'malwarebazaar', 'urlhaus'],
  file: ['malwarebazaar', 'virustotal'],
  cve: ['nvd'],
  cidr: ['abuseipdb'],
  lists: ['lists'],
}

/** The names that need no `--types`: kinds of artifacts, and `lists` for all that can be in lists. */
export const usualSearchers: readonly UsualSearcher[] = [
  ...Object.entries(COMMON_NAMES).map(([name, types]) => ({ name, types })),
  { name: 'lists', types: findSource('lists')?.types ?? [], source: 'lists' },
]

/** The entry of a searcher's name, whatever its case. */
export function findUsualSearcher(name: string): UsualSearcher | undefined {
  return usualSearchers.find((usual) => usual.name === name.toLowerCase())
}

/**
 * Which of some sources a searcher asks among others: those that look its types up. A source that one of them is for is
 * asked by that one alone, which asks no other.
 */
export function sourcesAmong(
  ids: readonly string[],
  { name, types }: UsualSearcher,
  searchers: readonly string[],
): string[] {
  const own = findUsualSearcher(name)?.source
  if (own !== undefined) return ids.filter((id) => id === own)
  const taken = searchers.map((other) => findUsualSearcher(other)?.source)
  return ids.filter((id) => !taken.includes(id) && looksUp(findSource(id), types))
}

/** The id of the source that is usual for a name and looks up all of `types`; `undefined` where none does. */
export function usualSource(name: string, types: readonly ArtifactType[]): string | undefined {
  return PREFERRED[name.toLowerCase()]?.find((id) => types.every((type) => findSource(id)?.types.includes(type)))
}
