import type { Readable } from 'node:stream'
import type { AnyArtifact } from '../protocol/artifact.ts'
import type { Outcome } from '../protocol/outcome.ts'
import type { Turns } from './turns.ts'

/** What is known of a file's content. Digests are hexadecimal. */
export interface FileFacts {
  /** In bytes. */
  size: number
  sha256: string
  sha1: string
  md5: string
}

/** An uploaded file in the store. */
export interface StoredFile extends FileFacts {
  /** Where the store keeps the content; each upload has its own. */
  key: string
}

/** A search as it is handed in. */
export interface NewSearch {
  id: string
  artifact: AnyArtifact
  file?: StoredFile
  /** The names of the searchers to ask. */
  searchers: string[]
}

/** A search that is waiting or running. */
export interface ActiveSearch {
  id: string
  artifact: AnyArtifact
  file?: StoredFile
  /** The names of the searchers that have no outcome yet. */
  pending: string[]
  /** What is known so far. */
  outcomes: Outcome[]
}

/** The right to work on an active search, held by one replica until it runs out. */
export interface Lease {
  id: string
  owner: string
  /** The time of the claim by the store's clock; each claim of a search has a later one. */
  claimedAt: Date
}

/** An active search and the lease on it. */
export interface ClaimedSearch {
  search: ActiveSearch
  lease: Lease
  /** How often it was claimed, this time included, less the claims that were given back. */
  attempts: number
  /** How long ago it was handed in: in milliseconds. */
  waitedMs: number
}

/** What there is to do, for all replicas. */
export interface Load {
  /** Searches that a replica holds. */
  running: number
  /** Searches that nobody holds: they wait for a slot, for a source, or for the lease of a crashed replica to be taken. */
  waiting: number
  /** How long ago the oldest of them all was handed in, or 0: in seconds. */
  oldestSecs: number
}

/** What a finished search found. */
export interface Result {
  outcomes: Outcome[]
  /** Whether the next `POST` of the artifact is to search again: so with a failure that is old enough. */
  stale: boolean
}

/** A result as it is handed in. */
export interface NewResult {
  artifact: AnyArtifact
  outcomes: Outcome[]
  /** How long it can be read. */
  ttlSecs: number
  /** How long it answers a `POST`. */
  freshSecs: number
}

/** Who claims, and for how long. */
export interface Claimant {
  owner: string
  leaseSecs: number
}

/**
 * Keeps the searches of all replicas. An id is in `active_searches` while its search waits or runs and in `results`
 * afterwards; a result is written before its active entry goes. Every method may throw `StoreUnavailableError`.
 */
export interface Store {
  /** Bytes that are made once and stay: of two calls that make them, one wins and both get what it made. */
  secret(name: string, bytes: number): Promise<Buffer>

  /** The result of a search, unless it has expired. */
  findResult(id: string): Promise<Result | undefined>
  /** A search that waits or runs. */
  findActive(id: string): Promise<ActiveSearch | undefined>

  /**
   * Enters a search, unless one with its id is active already: of any number of calls at once, one creates it.
   * With a claimant, the one that created it holds its lease too.
   */
  enter(search: NewSearch, claimant?: Claimant): Promise<{ search: ActiveSearch; created: boolean; lease?: Lease }>
  /**
   * Claims up to `limit` searches that nobody holds, the longest waiting first, among them those whose lease ran out.
   * One all of whose pending searchers are `busy` is left alone.
   */
  claim(claimant: Claimant, limit: number, busy?: readonly string[]): Promise<ClaimedSearch[]>
  /** Prolongs leases. Gives the ids of the searches that are still the owner's. */
  renew(claimant: Claimant, ids: readonly string[]): Promise<Set<string>>
  /** Adds a searcher's outcome, for pending answers and for a successor. False when the lease is lost. */
  record(lease: Lease, outcome: Outcome): Promise<boolean>
  /** Gives a lease back; the claim counts as no attempt. Nobody takes the search before `afterSecs` have gone by. */
  release(lease: Lease, afterSecs?: number): Promise<boolean>
  /**
   * Writes the result, unless one of a later claim is there, and then removes the active entry with its file.
   * Without a result it removes the entry alone: another has finished the search before. False when the lease is lost.
   */
  finish(lease: Lease, result?: NewResult): Promise<boolean>

  /** The content of uploaded files, kept until their search is done. */
  readonly files: FileStore

  /** Whose turn it is to call a source. */
  readonly turns: Turns

  /** What there is to do now. */
  load(): Promise<Load>
  /** Removes the content of files that no search names any more: a crash between upload and search leaves it. */
  sweepFiles(): Promise<void>
  /** Whether it answers; throws `StoreUnavailableError` when not. */
  ping(): Promise<void>
  /** May be called twice. */
  close(): Promise<void>
}

/** Keeps the content of uploaded files, each under a key of its own. */
export interface FileStore {
  /** Keeps a content and gives its key. What a failed or aborted call wrote is gone when it throws. */
  write(content: Readable, signal: AbortSignal): Promise<string>
  /** The content as a stream; it ends with an error when there is none. */
  read(key: string): Readable
  /** Removes a content; one that is gone already is no error. */
  remove(key: string): Promise<void>
}

/** The store does not answer: nothing is known of the search, and the request is worth repeating. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError'
}

/**
 * Finds a search by its id, finished or not. A search can move from active to finished between two looks, so one
 * that is in neither place is looked for once more where it may have moved.
 */
export async function findSearch(
  store: Store,
  id: string,
): Promise<{ result: Result } | { active: ActiveSearch } | undefined> {
  const result = await store.findResult(id)
  if (result) return { result }
  const active = await store.findActive(id)
  if (active) return { active }
  const moved = await store.findResult(id)
  return moved && { result: moved }
}
