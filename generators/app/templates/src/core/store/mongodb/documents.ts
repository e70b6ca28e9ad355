import { MongoServerError, type Document } from 'mongodb'
import type { AnyArtifact } from '../../protocol/artifact.ts'
import type { NotAsked, Outcome } from '../../protocol/outcome.ts'
import type {
  ActiveSearch,
  Candidate,
  Claim,
  Claimant,
  ClaimedSearch,
  NewResult,
  NewSearch,
  PendingSearch,
  StoredFile,
  StoredResult,
} from '../store.ts'

/** A document of `active_searches`. */
export interface ActiveDocument {
  _id: string
  /** Which call entered it, so that a call whose answer got lost and which is made again knows its own. */
  entry: string
  /** JSON, so that no key in it means anything to the database. */
  artifact: string
  type: string
  file?: StoredFile
  pending: string[]
  deferred: string[]
  outcomes: Outcome[]
  notAsked: NotAsked[]
  begun: Record<string, string[]>
  enteredAt: Date
  rank: Date
  endsAt: Date
  owner: string | null
  leaseUntil: Date
  token: number
}

/** A document of `results`. */
export interface ResultDocument {
  _id: string
  type: string
  outcomes: Outcome[]
  notAsked: NotAsked[]
  token: number
  superseded: boolean
  finishedAt: Date
  readableUntil: Date
  /** The TTL index removes it some time after this. */
  expiresAt: Date
}

/** What is read of a search for its answer: not its artifact. */
export const PENDING_VIEW = { type: 1, outcomes: 1, notAsked: 1 }
export type PendingView = Pick<ActiveDocument, '_id' | 'type' | 'outcomes' | 'notAsked'>

/** What is read of a search that may be claimed. */
export const CANDIDATE_VIEW = { token: 1, rank: 1, begun: 1 }
export type CandidateView = Pick<ActiveDocument, '_id' | 'token' | 'rank' | 'begun'>

/** A time so many milliseconds from now, by the database's clock: the replicas' own may differ. */
export type FromNow = (ms: number) => Document

/** A search as it is entered, held at once if there is a claim: an expression. */
export function newActive(search: NewSearch, entry: string, fromNow: FromNow, claim?: Claim): Document {
  const { id, artifact, file, pending, deferred, outcomes, notAsked, rankAfterMs, endAfterSecs, token } = search
  return {
    $mergeObjects: [
      {
        $literal: {
          _id: id,
          entry,
          artifact: JSON.stringify(artifact),
          type: artifact.type,
          ...(file && { file }),
          pending,
          deferred,
          outcomes,
          notAsked,
          begun: Object.fromEntries((claim?.begins ?? []).map((lookUp) => [lookUp, [claim?.claimant.owner]])),
          owner: claim?.claimant.owner ?? null,
          token: claim ? token + 1 : token,
        },
      },
      {
        enteredAt: fromNow(0),
        rank: fromNow(rankAfterMs),
        endsAt: fromNow(endAfterSecs * 1000),
        leaseUntil: fromNow((claim?.claimant.leaseSecs ?? 0) * 1000),
      },
    ],
  }
}

/** What a claim changes in a search. */
export function claimedBy({ claimant, begins }: Claim, fromNow: FromNow): Document {
  const { owner, leaseSecs } = claimant
  return {
    owner,
    token: { $add: ['$token', 1] },
    leaseUntil: fromNow(leaseSecs * 1000),
    ...Object.fromEntries(
      begins.map((lookUp) => [`begun.${lookUp}`, { $concatArrays: [{ $ifNull: [`$begun.${lookUp}`, []] }, [owner]] }]),
    ),
  }
}

/** A result as it is written. */
export function newResult(id: string, token: number, result: NewResult): ResultDocument {
  const { type, outcomes, notAsked, finishedAt, readableUntil, rememberedUntil } = result
  return {
    _id: id,
    type,
    outcomes,
    notAsked,
    token,
    superseded: false,
    finishedAt: new Date(finishedAt),
    readableUntil: new Date(readableUntil),
    expiresAt: new Date(rememberedUntil),
  }
}

/** What is answered of a search. */
export function toPending({ _id, type, outcomes, notAsked }: PendingView): PendingSearch {
  return { id: _id, type, outcomes, notAsked }
}

/** The search in a document that has just been claimed, and the lease on it. */
export function toClaimed(
  document: Omit<ActiveDocument, 'artifact'>,
  artifact: AnyArtifact,
  { owner, leaseSecs }: Claimant,
): ClaimedSearch {
  const { _id: id, file, pending, deferred, begun, enteredAt, rank, endsAt, leaseUntil, token } = document
  const search: ActiveSearch = {
    ...toPending(document),
    artifact,
    ...(file && { file }),
    pending,
    deferred,
    begun,
    enteredAt: enteredAt.getTime(),
    rank: rank.getTime(),
    endsAt: endsAt.getTime(),
  }
  return { search, lease: { id, owner, token }, claimedAt: leaseUntil.getTime() - leaseSecs * 1000 }
}

/** A search that may be claimed. */
export function toCandidate({ _id, token, rank, begun }: CandidateView): Candidate {
  const crashes = Math.max(0, ...Object.values(begun).map((owners) => owners.length))
  return { id: _id, token, rank: rank.getTime(), crashes }
}

/** The result in its document, read at a time: in milliseconds since 1970. */
export function toResult(document: ResultDocument, now: number): StoredResult {
  const { type, outcomes, notAsked, token, superseded, finishedAt, readableUntil } = document
  return {
    type,
    outcomes,
    notAsked,
    token,
    superseded,
    finishedAt: finishedAt.getTime(),
    readableUntil: readableUntil.getTime(),
    now,
  }
}

const DUPLICATE_KEY = 11_000

/** Whether an upsert found a document of its id that its filter leaves alone. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY
}

/**
 * Runs an upsert. Of two of one id at once, both may try to insert: the one that loses is told so (by MongoDB as a
 * duplicate key, by servers compatible with it in other ways), and finds the other's document the second time.
 */
export async function upsert<T>(operation: () => Promise<T>): Promise<T> {
  return operation().catch((error: unknown) => {
    if (error instanceof MongoServerError) return operation()
    throw error
  })
}
