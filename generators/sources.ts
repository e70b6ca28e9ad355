import { type ArtifactType, artifactTypes } from './artifact-types.ts'

/** The source that is no source: a commented skeleton of a JSON API, to be filled in. */
export const BLANK = 'blank'

/** A setting that a source brings into `.env.example` and `.env`. */
export interface Setting {
  name: string
  /** What it is for: one line. */
  comment: string
  /** The value it begins with. */
  example: string
  /** Whether the service has a default of its own, so that the line begins as a comment. */
  optional?: boolean
}

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
    ],
  },
  {
    id: BLANK,
    title: 'a skeleton of a JSON API, to be filled in',
    types: artifactTypes,
    settings: [
      { name: 'BLANK_API_KEY', comment: 'blank: the key', example: '' },
      {
        name: 'BLANK_API_URL',
        comment: 'blank: its origin, without a path',
        example: 'https://api.example.com',
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
