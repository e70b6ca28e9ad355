import type { Readable } from 'node:stream'
import type { RateState } from './rate-windows.ts'
import type { AnyArtifact } from '../protocol/artifact.ts'
import type { NotAsked, Outcome } from '../protocol/outcome.ts'

// Times are milliseconds since 1970, by the store's clock.

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

/** What is answered of a search that is not done yet. */
export interface PendingSearch {
  id: string
  type: string
  /** What is known so far, with what is still fresh of the search before. */
  outcomes: Outcome[]
  /** The look-ups that are not made, and why. */
  notAsked: NotAsked[]
}

/** A search as it is handed in. */
export interface NewSearch extends Omit<PendingSearch, 'type'> {
  artifact: AnyArtifact
  file?: StoredFile
  /** The look-ups that are due, by id. */
  pending: string[]
  /** Those that are made only if these find nothing. */
  deferred: string[]
  /** How much later than it came it ranks: in milliseconds. */
  rankAfterMs: number
  /** When it is ended at the latest: in seconds from now. */
  endAfterSecs: number
  /** The token of the result that it is to take the place of. */
  token: number
}

/** A search that is waiting or running. */
export interface ActiveSearch extends PendingSearch {
  artifact: AnyArtifact
  file?: StoredFile
  /** The look-ups without an outcome yet. */
  pending: string[]
  /** Those that are made only if these find nothing. */
  deferred: string[]
  /** By look-up, the replicas that have begun it and not said what came of it: they work on it, or have crashed. */
  begun: Record<string, string[]>
  enteredAt: number
  /** Those that rank first are begun first. */
  rank: number
  endsAt: number
}

/** The right to work on an active search, held by one replica until it runs out. */
export interface Lease {
  id: string
  owner: string
  /** Each claim of a search has a greater one; the result keeps it. */
  token: number
}

/** An active search and the lease on it. */
export interface ClaimedSearch {
  search: ActiveSearch
  lease: Lease
  /** When it was claimed. */
  claimedAt: number
}

/** A search that may be claimed: no more of it than that takes. */
export interface Candidate {
  id: string
  token: number
  rank: number
  /** How many replicas have begun one of its look-ups and crashed. */
  crashes: number
}

/** Who claims, and for how long. */
export interface Claimant {
  owner: string
  leaseSecs: number
}

/** What a claim is for: the look-ups that begin with it. */
export interface Claim {
  claimant: Claimant
  begins: readonly string[]
}

/** What there is to do, for all replicas. */
export interface Load {
  /** Searches that a replica holds. */
  running: number
  /** Searches that nobody holds: they wait for a slot, a place or a turn. */
  waiting: number
  /** How long ago the oldest of them all was handed in, or 0: in seconds. */
  oldestSecs: number
}

/** What a finished search found. */
export interface NewResult {
  type: string
  outcomes: Outcome[]
  notAsked: NotAsked[]
  finishedAt: number
  /** Until then it can be read. */
  readableUntil: number
  /** It is kept until some time after this, so that the next search of its artifact is known for a rescan. */
  rememberedUntil: number
}

/** A result as the store has it. */
export interface StoredResult extends Omit<NewResult, 'rememberedUntil'> {
  token: number
  /** Whether a search of its id was entered after it, although it was fresh. */
  superseded: boolean
  /** The time at which it was read. */
  now: number
}

/**
 * Keeps the searches of all replicas. An id is in `active_searches` while its search waits or runs and in `results`
 * afterwards; a result is written before its active entry goes. Whatever changes an active entry names the token of its
 * lease. Every method may throw `StoreUnavailableError`.
 */
export interface Store {
  /** Bytes that are made once and stay: of two calls that make them, one wins and both get what it made. */
  secret(name: string, bytes: number): Promise<Buffer>

  /** The result of a search, readable or only remembered. */
  findResult(id: string): Promise<StoredResult | undefined>
  /** A search that waits or runs. */
  findPending(id: string): Promise<PendingSearch | undefined>
  /** Marks a result: a search of its id is about to be entered, although the result is fresh in itself. */
  supersede(id: string): Promise<void>

  /**
   * Enters a search, unless one with its id is active already: of any number of calls at once, one creates it, and with
   * a claim holds its lease.
   */
  enter(search: NewSearch, claim?: Claim): Promise<{ search: PendingSearch; created: boolean; claimed?: ClaimedSearch }>
  /** Searches that nobody holds and that wait for a look-up, those that rank first. */
  waitingFor(lookUp: string, limit: number): Promise<Candidate[]>
  /** Searches that nobody holds and whose time is over. */
  overdue(limit: number): Promise<Candidate[]>
  /** Claims a candidate; nothing when another was faster. */
  claim(candidate: Candidate, claim: Claim): Promise<ClaimedSearch | undefined>
  /** Marks look-ups as begun by the lease's owner. False when the lease is lost. */
  begin(lease: Lease, lookUps: readonly string[]): Promise<boolean>
  /** Takes such marks of a replica away: what it began did not end with a crash. */
  unbegin(lease: Pick<Lease, 'id' | 'owner'>, lookUps: readonly string[]): Promise<void>
  /** Prolongs leases. Gives the ids of the searches that are still the owner's. */
  renew(claimant: Claimant, ids: readonly string[]): Promise<Set<string>>
  /** Adds a look-up's outcome, for pending answers and for a successor. False when the lease is lost. */
  record(lease: Lease, outcome: Outcome): Promise<boolean>
  /** Has look-ups neither wait nor deferred any more that are not to be made. False when the lease is lost. */
  keepIn(lease: Lease, notAsked: readonly NotAsked[]): Promise<boolean>
  /** Has the look-ups made that were deferred. False when the lease is lost. */
  undefer(lease: Lease): Promise<boolean>
  /**
   * Gives a lease back; the search keeps its place.
   * @param token the next lease has a greater one than this too.
   */
  release(lease: Lease, token?: number): Promise<boolean>
  /**
   * Frees searches whose leases have run out, since their replica has crashed or was cut off. The time of those that wait
   * for nothing is over: they are only to be ended.
   */
  freeLapsed(): Promise<void>
  /** Frees a search that its owner holds without knowing, since the answer to its claim got lost. */
  disown(lease: Pick<Lease, 'id' | 'owner'>): Promise<void>
  /**
   * Writes the result, unless one with a greater token is there, and then removes the active entry with its file.
   * Without a result it removes the entry alone: another has finished the search before. False when the lease is lost.
   */
  finish(lease: Lease, result?: NewResult): Promise<boolean>

  /** The content of uploaded files, kept until their search is done. */
  readonly files: FileStore
  /** How often sources were asked. */
  readonly rates: ReadableRateStore
  /** What sources outside were told. */
  readonly egress: EgressStore
  /** What whoever operates the service looks at. */
  readonly watch: WatchStore

  /** How many searches are active: cheap, and perhaps not quite exact, but 0 only if there is none. */
  countActive(): Promise<number>
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
  /** How much all contents take together: in bytes. */
  storedBytes(): Promise<number>
}

/** Keeps what is used of each quota. */
export interface RateStore {
  /**
   * Changes a quota's state as a pure function decides, which is called again if another changed the state meanwhile.
   * @param decide is given the state, if there is one, and the time; without a new state nothing is written.
   */
  update<T>(
    quota: string,
    decide: (state: RateState | undefined, now: number) => { state: RateState | undefined; result: T },
  ): Promise<T>
}

/** The same, for those who only look. */
export interface ReadableRateStore extends RateStore {
  /** The states of those of some quotas that have one, by the quota's name. */
  read(quotas: readonly string[]): Promise<Map<string, KnownRate>>
}

/** A quota's state as it was read. */
export interface KnownRate {
  state: RateState
  /** The time at which it was read. */
  now: number
}

/** One call of a source that somebody outside learns of. */
export interface EgressRecord {
  at: Date
  /** The id of the source. */
  source: string
  reach: string
  type: string
  /** What it was told: keyed or in clear. */
  value: string
  /** Whether that is less than the artifact. */
  cut: boolean
  /** The id of the search. */
  search: string
  /** The replica that asked. */
  replica: string
  expiresAt: Date
}

/** Which records of the ledger are wanted. */
export interface EgressFilter {
  since?: Date | undefined
  until?: Date | undefined
  source?: string | undefined
  values?: readonly string[] | undefined
}

/** Keeps the ledger of what sources outside were told. */
export interface EgressStore {
  insert(records: readonly EgressRecord[]): Promise<void>
  /** Records, the oldest first. */
  find(filter: EgressFilter): AsyncIterable<EgressRecord>
}

/** How many searches wait for a look-up in the store, for all replicas. */
export interface Waiting {
  lookUp: string
  /** No more than were to be counted. */
  count: number
  /** When the first in line was handed in; nothing when none waits. */
  since?: number
}

/** An active search as its operator sees it: all of it but the artifact's value. */
export interface ActiveView extends Omit<ActiveSearch, 'artifact' | 'file' | 'rank'> {
  /** Whether a replica works on it. */
  isHeld: boolean
  /** The time at which it was read. */
  now: number
}

/** A replica that is alive. */
export interface LiveReplica {
  /** The name under which it claims searches. */
  id: string
  host: string
  startedAt: number
  seenAt: number
}

/** Keeps what the operator's side of all replicas looks at. */
export interface WatchStore {
  /**
   * Who waits for each of some look-ups.
   * @param limit no more are counted, so that a long queue does not take long to look at.
   */
  waiting(lookUps: readonly string[], limit: number): Promise<Waiting[]>
  /** A search that waits or runs. */
  findActive(id: string): Promise<ActiveView | undefined>
  /** A replica says that it is alive, which holds for so many seconds. */
  beat(replica: Pick<LiveReplica, 'id' | 'host'>, aliveSecs: number): Promise<void>
  /** A replica says that it is gone. */
  leave(replica: string): Promise<void>
  /** The replicas that are alive, the oldest first. */
  replicas(): Promise<LiveReplica[]>
  /** Claims an alert for some time, so that of all replicas one sends it; its owner may claim it again, for longer. */
  claimAlert(alert: { key: string; owner: string; forMs: number }): Promise<boolean>
}

/** The store does not answer: nothing is known of the search, and the request is worth repeating. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError'
}
