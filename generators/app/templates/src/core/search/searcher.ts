import type { Logger } from 'pino'
import type { Ask, Found, LookUpValue, Reachable, Source } from '../client/source.ts'
import type { ArtifactType } from '../protocol/artifact.ts'
import type { Settings, SettingValues } from '../setting.ts'

/** An artifact of one of the named types; `value` is what a look-up of that type is given. */
export type Artifact<T extends ArtifactType = ArtifactType> = { [K in T]: { type: K; value: LookUpValue<K> } }[T]

/** What a searcher with code of its own works with. */
export interface SearchContext<S extends Settings = Settings> {
  /** Asks a source that `asks` names. */
  ask: Ask
  /** The values of its own settings. */
  settings: SettingValues<S>
  /** Aborted when the look-up's time is up or the service stops; `ask` heeds it by itself. */
  signal: AbortSignal
  /** Its entries carry the search's id. Log no artifact and no key. */
  log: Logger
}

/** The artifact types that some sources look up. */
type TypesOf<Sources extends readonly Source[]> = Sources[number]['types'][number]

interface Named {
  /** Unique in the service, and the name of its file. */
  name: string
}

/** A searcher that asks sources: each is one look-up for each of the searcher's types that it can look up. */
export interface SourcesSearcher<Sources extends readonly Source[]> extends Named {
  artifactTypes: readonly TypesOf<Sources>[]
  sources: Sources
}

/** A searcher with code of its own, which is one look-up of its name, beside the sources that it may have too. */
export interface CodeSearcher<T extends ArtifactType, S extends Settings> extends Named, Reachable {
  artifactTypes: readonly T[]
  sources?: readonly Source[]
  /** Settings of its own, such as a threshold; checked at start. */
  settings?: S
  /** Gives hits, `[]` for "looked and found nothing", and throws for "could not find out". */
  search(artifact: Artifact<T>, context: SearchContext<S>): Promise<Found>
}

/** A searcher whatever its artifact types: what the dispatch keeps. */
export interface Searcher extends Named, Reachable {
  artifactTypes: readonly ArtifactType[]
  sources?: readonly Source[]
  settings?: Settings
  /** Its own code, if it has some: hands an artifact of its types to it. */
  search?(artifact: Artifact, context: SearchContext): Promise<Found>
}

/**
 * Describes a searcher: for which artifact types SOAR's requests go to which sources. With `search` it has code of its
 * own; `artifact.value` then has the type that the named artifact types have in the protocol.
 */
export function defineSearcher<T extends ArtifactType, S extends Settings = Record<never, never>>(
  definition: CodeSearcher<T, S>,
): Searcher
export function defineSearcher<const Sources extends readonly Source[]>(definition: SourcesSearcher<Sources>): Searcher
export function defineSearcher(definition: Searcher): Searcher {
  return definition
}
