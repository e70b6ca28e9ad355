import type { Readable } from 'node:stream'
import type { Logger } from 'pino'
import type { ArtifactType, ArtifactValue } from '../protocol/artifact.ts'
import type { Hit } from '../protocol/hit.ts'
import type { Settings, SettingValues } from '../settings/setting.ts'
import type { Ask } from '../client/client.ts'
import type { FileFacts } from '../store/store.ts'
import type { Source } from '../client/source.ts'

/** An uploaded file as a searcher sees it. */
export interface ArtifactFile extends FileFacts {
  name: string
  /** The content, to be read once; call again for another reading. */
  content(): Readable
}

/** An artifact of one of the named types; its value has the type that the protocol gives it. */
export type Artifact<T extends ArtifactType = ArtifactType> = {
  [K in T]: { type: K; value: ArtifactValue<K> } & (K extends 'file.content' ? { file: ArtifactFile } : unknown)
}[T]

/** What a searcher works with. */
export interface SearchContext<S extends Settings = Settings> {
  /** Aborted when the search's time is up or the service stops; pass it to whatever takes one. */
  signal: AbortSignal
  /** Its entries carry the search's id and the searcher's name. Log no artifact and no key. */
  log: Logger
  /** The client for the searcher's sources, which heeds the signal by itself. */
  ask: Ask
  /** The values of the searcher's own settings. */
  settings: SettingValues<S>
}

/** A searcher as its file describes it. */
export interface SearcherDefinition<T extends ArtifactType, S extends Settings = Settings> {
  /** Unique in the service, and the name of its file. */
  name: string
  artifactTypes: readonly T[]
  /** The sources it asks, whose settings are checked at start. */
  sources?: readonly Source[]
  /** Settings of its own, such as a threshold; checked at start. */
  settings?: S
  /** How long what it found stays valid: in seconds. Default: `CTS_RESULT_TTL_SECS`. */
  ttlSecs?: number
  /** How many of its searches may run at once in a replica. Default: half of `CTS_CONCURRENCY`. */
  concurrency?: number
  /** Gives hits, `[]` for "looked and found nothing", and throws for "could not find out". */
  search(artifact: Artifact<T>, context: SearchContext<S>): Promise<Hit[]>
}

/** A searcher whatever its artifact types: what the dispatch keeps. It hands each searcher its own types only. */
export type Searcher = SearcherDefinition<ArtifactType>

/** Describes a searcher; `artifact.value` has the type that the named artifact types have in the protocol. */
export function defineSearcher<T extends ArtifactType, S extends Settings>(
  definition: SearcherDefinition<T, S>,
): Searcher {
  return definition
}
