import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EnvLine } from './app/templates/scripts/env-file.ts'
import type { ArtifactType } from './artifact-types.ts'

/** How far what a source is told travels, in the words of the service (`src/core/client/source.ts`). */
export type Reach = 'local' | 'own' | 'query' | 'submit'

/** What asking a source takes; sources are offered in this order. */
export const accesses = ['your own network', 'free without a key', 'free with a key', 'paid'] as const

/** A threat source whose files are among the templates: what the generator knows of it, all of it from its file. */
export interface ReadyMadeSource {
  id: string
  title: string
  /** None for one that only other sources ask. */
  types: readonly ArtifactType[]
  reach: Reach
  access: (typeof accesses)[number]
  /** How often it may be asked with a key that is free. */
  freeQuota?: string
  /** Ids of the sources that its code asks. */
  asks: readonly string[]
  /** What `.env.example` says of it. */
  settings: readonly EnvLine[]
}

/** Every ready-made source, by id. */
export const sources: readonly ReadyMadeSource[] = await load()

/** The source that is none: a commented skeleton of a JSON API, to be filled in. */
export const BLANK = 'blank'

/** The ids that options may name. */
export const sourceIds: readonly string[] = [
  ...sources.filter(({ types }) => types.length > 0).map(({ id }) => id),
  BLANK,
]

const LEARNS = {
  local: 'nothing leaves the service',
  own: 'artifacts stay in your network',
  query: 'its operator learns each artifact',
  submit: 'it publishes what it is sent',
} as const satisfies Record<Reach, string>

/** The ready-made source with an id, if there is one. */
export function findSource(id: string): ReadyMadeSource | undefined {
  return sources.find((source) => source.id === id)
}

/** The ids of the sources that look up one of these types; the skeleton, which can look up any, is the last. */
export function idsFor(types: readonly ArtifactType[]): string[] {
  return sourceIds.filter((id) => looksUp(findSource(id), types))
}

/** Whether a source looks up one of these types; without one, the skeleton is meant, which can look up any. */
export function looksUp(source: ReadyMadeSource | undefined, types: readonly ArtifactType[]): boolean {
  return source === undefined || source.types.some((type) => types.includes(type))
}

/** A source in a few words: its title, what it and those that it asks learn, and what a free key allows. */
export function describe({ title, reach, freeQuota, asks }: ReadyMadeSource): string {
  const others = asks.map((id) => `it asks ${learned(id)}`)
  return [title, LEARNS[reach], ...others, ...(freeQuota ? [`free: ${freeQuota}`] : [])].join('; ')
}

/** A sentence for each source that some sources ask in turn, with what it learns. */
export function askedInTurn(ids: readonly string[]): string[] {
  return ids.flatMap((id) => (findSource(id)?.asks ?? []).map((other) => `${id} asks ${learned(other)}.`))
}

function learned(id: string): string {
  const { title, reach } = findSource(id)!
  return `${title} too: ${LEARNS[reach]}`
}

/** The build has made the list. Where TypeScript runs, as in tests, it is made now, by a module that is not built. */
async function load(): Promise<ReadyMadeSource[]> {
  const list = join(import.meta.dirname, 'sources.json')
  if (existsSync(list)) return JSON.parse(readFileSync(list, 'utf8')) as ReadyMadeSource[]
  const maker = './read-sources.ts'
  const { readSources } = (await import(maker)) as { readSources(): Promise<ReadyMadeSource[]> }
  return readSources()
}
