import type { ArtifactType } from './artifact-types.ts'
import { BLANK, type ReadyMadeSource, findSource, typesBeyond } from './sources.ts'

/** A searcher's name that says by itself what is looked up, and where one would. */
export interface UsualSearcher {
  name: string
  types: readonly ArtifactType[]
  /** Ids of sources, the usual one first. Those without a ready-made searcher are passed over; `blank` comes last. */
  preferred: readonly string[]
}

/** The names that need no `--types`. */
export const usualSearchers: readonly UsualSearcher[] = [
  { name: 'url', types: ['net.uri'], preferred: ['urlhaus', 'virustotal', 'urlscan'] },
  { name: 'ip', types: ['net.ip'], preferred: ['abuseipdb', 'greynoise', 'virustotal', 'urlhaus'] },
  { name: 'domain', types: ['net.name'], preferred: ['urlhaus', 'virustotal', 'urlscan'] },
  { name: 'hash', types: ['hash.md5', 'hash.sha1', 'hash.sha256'], preferred: ['virustotal', 'malwarebazaar'] },
  { name: 'md5', types: ['hash.md5'], preferred: ['virustotal', 'malwarebazaar', 'urlhaus'] },
  { name: 'sha1', types: ['hash.sha1'], preferred: ['virustotal', 'malwarebazaar'] },
  { name: 'sha256', types: ['hash.sha256'], preferred: ['virustotal', 'malwarebazaar', 'urlhaus'] },
  { name: 'file', types: ['file.content'], preferred: ['malwarebazaar', 'virustotal'] },
  { name: 'cve', types: ['threat.report.cve'], preferred: ['nvd'] },
  { name: 'email', types: ['email'], preferred: [] },
  { name: 'sender', types: ['email.header.sender_address'], preferred: [] },
  { name: 'cidr', types: ['net.cidr'], preferred: [] },
  { name: 'mac', types: ['net.mac'], preferred: [] },
  { name: 'port', types: ['net.port'], preferred: [] },
  { name: 'registry', types: ['system.registry'], preferred: [] },
]

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
