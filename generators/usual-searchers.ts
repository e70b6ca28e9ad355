import { COMMON_NAMES } from './app/templates/scripts/soar/common-names.ts'
import type { ArtifactType } from './artifact-types.ts'
import { BLANK, type ReadyMadeSource, findSource, typesBeyond } from './sources.ts'

/** A searcher's name that says by itself what is looked up, and where one would. */
export interface UsualSearcher {
  name: string
  types: readonly ArtifactType[]
  /** Ids of sources, the usual one first. Those without a ready-made searcher are passed over; `blank` comes last. */
  preferred: readonly string[]
}

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
}

/** The names that need no `--types`. */
export const usualSearchers: readonly UsualSearcher[] = Object.entries(COMMON_NAMES).map(([name, types]) => ({
  name,
  types,
  preferred: PREFERRED[name] ?? [],
}))

/** The entry of a searcher's name, whatever its case. */
export function findUsualSearcher(name: string): UsualSearcher | undefined {
  return usualSearchers.find((usual) => usual.name === name.toLowerCase())
}

/** The sources that can look up all of `types`, in the order that is usual for the name; `blank`, which can, is last. */
export function sourcesFor(name: string, types: readonly ArtifactType[]): ReadyMadeSource[] {
  return [...(findUsualSearcher(name)?.preferred ?? []), BLANK]
    .map(findSource)
    .filter((source) => source !== undefined)
    .filter((source) => typesBeyond(source, types).length === 0)
}
