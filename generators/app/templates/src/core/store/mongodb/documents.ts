import type { Document, Filter } from 'mongodb'
import { PASSWORD_TYPE, type AnyArtifact } from '../../protocol/artifact.ts'
import type { Outcome } from '../../protocol/outcome.ts'
import type { ActiveSearch, ClaimedSearch, Claimant, Lease, NewResult, NewSearch, Result, StoredFile } from '../store.ts'

/** A document of `active_searches`. */
export interface ActiveDocument {
  _id: string
  /** JSON, so that no key in it means anything to the database. */
  artifact: string
  file?: StoredFile
  pending: string[]
  outcomes: Outcome[]
  enteredAt: Date
  /** When anyone may claim it; while it is held, when its lease runs out. */
  takeableAt: Date
  owner: string | null
  claimedAt: Date | null
  attempts: number
}

/** A document of `results`. */
export interface ResultDocument {
  _id: string
  /** JSON; a password has no value here. */
  artifact: string
  outcomes: Outcome[]
  claimedAt: Date
  finishedAt: Date
  staleAt: Date
  /** The TTL index removes it some time after this. */
  expiresAt: Date
}

/** What is read of a result; whether its times are over the database's clock says. */
export const RESULT_VIEW = {
  outcomes: 1,
  stale: { $lte: ['$staleAt', '$$NOW'] },
  expired: { $lte: ['$expiresAt', '$$NOW'] },
}

/** A result as `RESULT_VIEW` gives it. */
export interface ResultView {
  _id: string
  outcomes: Outcome[]
  stale: boolean
  expired: boolean
}

/** So many seconds from now, by the database's clock: the replicas' own may differ. */
export function inSecs(secs: number): Document {
  return { $add: ['$$NOW', Math.round(secs * 1000)] }
}

/** The fields that make an active search the claimant's. */
export function claimedBy({ owner, leaseSecs }: Claimant): Document {
  return {
    owner,
    // later than any claim before it, even if the clock was set back
    claimedAt: { $max: ['$$NOW', { $add: ['$claimedAt', 1] }] },
    takeableAt: inSecs(leaseSecs),
    attempts: { $add: ['$attempts', 1] },
  }
}

/** A search as it is entered, the claimant's at once if there is one: an expression. */
export function newActive({ id, artifact, file, searchers }: NewSearch, claimant?: Claimant): Document {
  return {
    $mergeObjects: [
      {
        $literal: {
          _id: id,
          artifact: JSON.stringify(artifact),
          ...(file && { file }),
          pending: searchers,
          outcomes: [],
          owner: null,
          claimedAt: null,
          attempts: 0,
        },
      },
      { enteredAt: '$$NOW', takeableAt: '$$NOW' },
      claimant ? { ...claimedBy(claimant), claimedAt: '$$NOW', attempts: 1 } : {},
    ],
  }
}

/** The result that a claim has come to: an expression. */
export function newResult({ id, claimedAt }: Lease, { artifact, outcomes, freshSecs, ttlSecs }: NewResult): Document {
  return {
    $mergeObjects: [
      { $literal: { _id: id, artifact: JSON.stringify(withoutPassword(artifact)), outcomes, claimedAt } },
      { finishedAt: '$$NOW', staleAt: inSecs(freshSecs), expiresAt: inSecs(ttlSecs) },
    ],
  }
}

/** Finds an active search as long as the lease on it is held. */
export function heldBy({ id, owner, claimedAt }: Lease): Filter<ActiveDocument> {
  return { _id: id, owner, claimedAt }
}

/** Finds documents by their ids: one alone by equality, for which MongoDB needs no plan. */
export function withIds(ids: string[]): { _id: string | { $in: string[] } } {
  return { _id: ids.length === 1 ? ids[0]! : { $in: ids } }
}

/** The search in a document. */
export function toSearch({ _id, artifact, file, pending, outcomes }: ActiveDocument): ActiveSearch {
  return { id: _id, artifact: JSON.parse(artifact) as AnyArtifact, file, pending, outcomes }
}

/** The result in what was read of it, unless it has expired. */
export function toResult({ outcomes, stale, expired }: ResultView): Result | undefined {
  return expired ? undefined : { outcomes, stale }
}

/** The search in a document that has just been claimed. */
export function toClaimed(document: ActiveDocument): ClaimedSearch {
  const { attempts, claimedAt, enteredAt } = document
  const waitedMs = claimedAt!.getTime() - enteredAt.getTime()
  return { search: toSearch(document), lease: toLease(document), attempts, waitedMs }
}

/** The lease on a document that has just been claimed. */
export function toLease({ _id, owner, claimedAt }: ActiveDocument): Lease {
  return { id: _id, owner: owner!, claimedAt: claimedAt! }
}

function withoutPassword({ type, value }: AnyArtifact): Partial<AnyArtifact> {
  return type === PASSWORD_TYPE ? { type } : { type, value }
}
