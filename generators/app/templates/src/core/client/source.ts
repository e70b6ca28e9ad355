import type { Readable } from 'node:stream'
import type { Logger } from 'pino'
import type { Reach } from '../gate/decide.ts'
import type { Lists } from '../lists/lists.ts'
import type { ArtifactType, ArtifactValue } from '../protocol/artifact.ts'
import type { Hit } from '../protocol/hit.ts'
import type { Settings, SettingValues } from '../setting.ts'
import type { Reply, SourceRequest } from './request.ts'

/** An uploaded file as a look-up sees it. Digests are hexadecimal. */
export interface ArtifactFile {
  name: string
  /** In bytes. */
  size: number
  sha256: string
  sha1: string
  md5: string
  /** The content, to be read once; call again for another reading. */
  content(): Readable
}

/** What a look-up of a type is given: the artifact's value, and of `file.content` the file. */
export type LookUpValue<T extends ArtifactType> = T extends 'file.content' ? ArtifactFile : ArtifactValue<T>

/**
 * Asks a source and gives its answer; without a source, the one whose look-up it is.
 * @throws {SourceError} when it could not be asked or its answer is not as the schema says.
 * @throws {RetryLater} when it may not be asked for a while; the search goes back to the store until then.
 * @throws {GateError} when the source may not see the artifact.
 * @throws {StoreUnavailableError} when nobody knows whose turn it is, or the call cannot be recorded: it is not made.
 */
export interface Ask {
  <T>(request: SourceRequest<T>): Promise<T>
  <T>(source: Source, request: SourceRequest<T>): Promise<T>
}

/** The local lists, as look-ups see them. */
export type ListedValues = Pick<Lists, 'match' | 'revision'>

/** What a look-up works with. */
export interface LookUpContext<S extends Settings = Settings, T extends ArtifactType = ArtifactType> {
  /** The type of the artifact. */
  type: T
  /** Asks the source itself, or with a source as the first argument one that `asks` names. */
  ask: Ask
  /** The values of its own settings. */
  settings: SettingValues<S>
  /** Where the source is asked, without a slash at the end: links to an instance of the owner's begin with it. */
  url: string
  /** The local lists, of a source that reads them; none where `CTS_LISTS` is not set. */
  lists?: ListedValues | undefined
  /** Aborted when the look-up's time is up or the service stops; `ask` heeds it by itself. */
  signal: AbortSignal
  /** Its entries carry the search's id. Log no artifact and no key. */
  log: Logger
}

/** What a look-up found. */
export type Found =
  | Hit[]
  | {
      hits: Hit[]
      /** How long that holds, where the answer says so. */
      freshSecs?: number
      /** What of it could not be asked: told beside the hits; without any, the look-up has failed. */
      gaps?: readonly string[]
    }

/** Looks an artifact up. It gives hits, `[]` for "looked and found nothing", and throws for "could not find out". */
export type LookUpFunction<T extends ArtifactType, S extends Settings> = {
  // a method, so that a source of some types is a source of any
  lookUp(value: LookUpValue<T>, context: LookUpContext<S, T>): Promise<Found>
}['lookUp']

/** What a source and a searcher with code of its own have in common. */
export interface Reachable {
  /** How far what it is told travels. Default: `query`. */
  reach?: Reach
  /** How long an outcome stays fresh, unless settings say otherwise: in seconds. Default: an hour. */
  ttlSecs?: number
  /** How many of its look-ups a replica makes at once, unless settings say otherwise. Default: 5. */
  concurrency?: number
  /** Whether its failure is only told beside an answer, and never turns the answer into a failure. */
  optional?: boolean
  /** Further sources that its code asks: their settings, limits and reach count too. */
  asks?: readonly Source[]
  /** Why it is not asked yet: a skeleton that nobody has filled in says so here. */
  unfinished?: string
}

/** How a source wants its key. */
export interface SourceKey {
  header: string
  /** What stands before the key in the header, such as `Bearer `, with its space. */
  prefix?: string
  /** Whether the source answers without one too. */
  optional?: boolean
  /** Where a key can be had. */
  from: string
  /** How often the source may be asked with a key, where that differs. */
  rateLimit?: string
  /** What the free plan allows, such as `500 calls a day`; without it, a key is paid for. */
  freeQuota?: string
}

/** A threat source as its file describes it. Its settings are named after its id: `urlhaus` has `URLHAUS_API_URL`. */
export interface SourceDefinition<T extends ArtifactType, S extends Settings> extends Reachable {
  /** Lower case; unique in the service, and the name of its file. */
  id: string
  /** The name that analysts know it by. */
  title: string
  /** Its address, unless `…_API_URL` is set; without one, as for an instance of your own, that must be set. */
  url?: string
  key?: SourceKey
  /** Whether it is no API, but reads the local lists (`CTS_LISTS`): it is due again once one has changed. */
  readsLists?: boolean
  /** How often it may be asked, such as `4/min, 500/d`, unless `…_RATE_LIMIT` is set. Default: `none`. */
  rateLimit?: string
  /** Settings of its own, such as a threshold; checked at start. */
  settings?: S
  /** How each artifact type is looked up; none for a source that others only ask. */
  lookUp: { [K in T]: LookUpFunction<K, S> }
  /**
   * Whether a value is longer than the source can match, so that its "nothing found" would be untrue: it is not asked
   * then, and the value is kept in, rule `too long`.
   */
  tooLong?(type: ArtifactType, value: unknown): boolean
  /** What a reply means where this source has ways of its own; `undefined`: what its status usually means. */
  meaningOf?(reply: Reply): 'key_refused' | 'rate_limited' | undefined
  /** When to come back after a reply "too many calls" that has no `Retry-After`: in seconds. */
  retryAfterSecs?(reply: Reply): number | undefined
}

/** A threat source: an API, known once, with a look-up for each artifact type that it can look up. */
export interface Source<T extends ArtifactType = ArtifactType> extends Omit<
  SourceDefinition<never, Settings>,
  'lookUp'
> {
  /** The artifact types that it looks up. */
  types: readonly T[]
  lookUp: { [K in ArtifactType]?: LookUpFunction<K, Settings> }
}

/** Describes a threat source: everything that one API can look up, in one place. */
export function defineSource<T extends ArtifactType = never, S extends Settings = Record<never, never>>(
  definition: SourceDefinition<T, S>,
): Source<T> {
  return { ...definition, types: Object.keys(definition.lookUp) as T[] }
}
