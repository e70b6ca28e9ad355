import type { EnvLine } from './app/templates/scripts/env-file.ts'
import { type ArtifactType, artifactTypes } from './artifact-types.ts'

/** The source that is no source: a commented skeleton of a JSON API, to be filled in. */
export const BLANK = 'blank'

/** A setting that a source brings into `.env.example` and `.env`. */
export type Setting = EnvLine

/** A threat source that has a ready-made searcher in `searcher/templates`, under the source's id. */
export interface ReadyMadeSource {
  id: string
  title: string
  types: readonly ArtifactType[]
  settings: readonly Setting[]
}

/** Every ready-made source. A new one is an entry here and its three files in `searcher/templates`. */
export const sources: readonly ReadyMadeSource[] = [
  {
    id: 'urlhaus',
    title: 'URLhaus of abuse.ch',
    types: ['net.uri', 'net.name', 'net.ip', 'hash.md5', 'hash.sha256'],
    settings: [
      { name: 'URLHAUS_API_KEY', comment: 'URLhaus: the key, free from https://auth.abuse.ch/', example: '' },
      {
        name: 'URLHAUS_API_URL',
        comment: 'URLhaus: its origin, without a path',
        example: 'https://urlhaus-api.abuse.ch',
        optional: true,
      },
      {
        name: 'URLHAUS_RATE_LIMIT',
        comment: 'URLhaus: how often it may be asked, such as 4/min, 500/d or 5/30s',
        example: 'none',
        optional: true,
      },
    ],
  },
  {
    id: 'malwarebazaar',
    title: 'MalwareBazaar of abuse.ch',
    types: ['hash.md5', 'hash.sha1', 'hash.sha256', 'file.content'],
    settings: [
      {
        name: 'MALWAREBAZAAR_API_KEY',
        comment: 'MalwareBazaar: the key, free from https://auth.abuse.ch/',
        example: '',
      },
      {
        name: 'MALWAREBAZAAR_API_URL',
        comment: 'MalwareBazaar: its origin, without a path',
        example: 'https://mb-api.abuse.ch',
        optional: true,
      },
      {
        name: 'MALWAREBAZAAR_RATE_LIMIT',
        comment: 'MalwareBazaar: how often it may be asked, such as 4/min, 500/d or 5/30s',
        example: 'none',
        optional: true,
      },
    ],
  },
  {
    id: 'abuseipdb',
    title: 'AbuseIPDB',
    types: ['net.ip'],
    settings: [
      {
        name: 'ABUSEIPDB_API_KEY',
        comment: 'AbuseIPDB: the key, from https://www.abuseipdb.com/account/api',
        example: '',
      },
      {
        name: 'ABUSEIPDB_API_URL',
        comment: 'AbuseIPDB: its origin, without a path',
        example: 'https://api.abuseipdb.com',
        optional: true,
      },
      {
        name: 'ABUSEIPDB_RATE_LIMIT',
        comment: "AbuseIPDB: how often it may be asked; a bigger plan's limit goes here, or none",
        example: '1000/d',
        optional: true,
      },
      {
        name: 'ABUSEIPDB_MIN_SCORE',
        comment: 'AbuseIPDB: the lowest confidence score, of 100, that makes a hit',
        example: '25',
        optional: true,
      },
    ],
  },
  {
    id: 'virustotal',
    title: 'VirusTotal',
    types: ['hash.md5', 'hash.sha1', 'hash.sha256', 'file.content', 'net.uri', 'net.name', 'net.ip'],
    settings: [
      {
        name: 'VIRUSTOTAL_API_KEY',
        comment: 'VirusTotal: the key, from https://www.virustotal.com/gui/my-apikey',
        example: '',
      },
      {
        name: 'VIRUSTOTAL_API_URL',
        comment: 'VirusTotal: its origin, without a path',
        example: 'https://www.virustotal.com',
        optional: true,
      },
      {
        name: 'VIRUSTOTAL_RATE_LIMIT',
        comment: "VirusTotal: how often it may be asked; a bigger plan's limits go here, or none",
        example: '4/min, 500/d',
        optional: true,
      },
      {
        name: 'VIRUSTOTAL_MIN_MALICIOUS',
        comment: 'VirusTotal: how many engines must call something malicious to make a hit',
        example: '1',
        optional: true,
      },
    ],
  },
  {
    id: 'greynoise',
    title: 'GreyNoise Community',
    types: ['net.ip'],
    settings: [
      {
        name: 'GREYNOISE_API_KEY',
        comment: 'GreyNoise: the key, from https://viz.greynoise.io/account/api-key',
        example: '',
      },
      {
        name: 'GREYNOISE_API_URL',
        comment: 'GreyNoise: its origin, without a path',
        example: 'https://api.greynoise.io',
        optional: true,
      },
      {
        name: 'GREYNOISE_RATE_LIMIT',
        comment: "GreyNoise: how often it may be asked; a bigger plan's limit goes here, or none",
        example: '50/7d',
        optional: true,
      },
    ],
  },
  {
    id: 'nvd',
    title: 'NVD, with EPSS of FIRST',
    types: ['threat.report.cve'],
    settings: [
      {
        name: 'NVD_API_KEY',
        comment: 'NVD: a key, free from https://nvd.nist.gov/developers/request-an-api-key, for ten times the calls',
        example: '',
        optional: true,
      },
      {
        name: 'NVD_API_URL',
        comment: 'NVD: its origin, without a path',
        example: 'https://services.nvd.nist.gov',
        optional: true,
      },
      {
        name: 'NVD_RATE_LIMIT',
        comment: 'NVD: how often it may be asked; with a key 50/30s',
        example: '5/30s',
        optional: true,
      },
      {
        name: 'EPSS_API_URL',
        comment: 'EPSS: its origin, without a path',
        example: 'https://api.first.org',
        optional: true,
      },
      {
        name: 'EPSS_RATE_LIMIT',
        comment: 'EPSS: how often it may be asked, such as 4/min, 500/d or 5/30s',
        example: 'none',
        optional: true,
      },
    ],
  },
  {
    id: 'urlscan',
    title: 'urlscan.io',
    types: ['net.uri', 'net.name'],
    settings: [
      { name: 'URLSCAN_API_KEY', comment: 'urlscan.io: the key, from https://urlscan.io/user/profile/', example: '' },
      {
        name: 'URLSCAN_API_URL',
        comment: 'urlscan.io: its origin, without a path',
        example: 'https://urlscan.io',
        optional: true,
      },
      {
        name: 'URLSCAN_RATE_LIMIT',
        comment: 'urlscan.io: how often your plan lets it be asked, such as 120/min, 1000/h',
        example: 'none',
        optional: true,
      },
    ],
  },
  {
    id: BLANK,
    title: 'a skeleton of a JSON API, to be filled in',
    types: artifactTypes,
    settings: [
      { name: 'BLANK_API_KEY', comment: 'Blank: the key', example: '' },
      {
        name: 'BLANK_API_URL',
        comment: 'Blank: its origin, without a path',
        example: 'https://api.example.com',
        optional: true,
      },
      {
        name: 'BLANK_RATE_LIMIT',
        comment: 'Blank: how often it may be asked, such as 4/min, 500/d or 5/30s',
        example: 'none',
        optional: true,
      },
    ],
  },
]

/** The ready-made source with an id, if there is one. */
export function findSource(id: string): ReadyMadeSource | undefined {
  return sources.find((source) => source.id === id)
}

/** The types of `types` that a source cannot look up. */
export function typesBeyond(source: ReadyMadeSource, types: readonly ArtifactType[]): ArtifactType[] {
  return types.filter((type) => !source.types.includes(type))
}

/** A source in a few words: its title, and what it needs before it can be asked. */
export function describe({ id, title, settings }: ReadyMadeSource): string {
  if (id === BLANK) return title
  return `${title}, ${settings.some((setting) => !setting.optional) ? 'needs a key' : 'needs no key'}`
}
