import { randomBytes } from 'node:crypto'
import type { Document } from 'mongodb'
import { PASSWORD_TYPE, type AnyArtifact } from '../protocol/artifact.ts'
import type { Outcome } from '../protocol/outcome.ts'
import { createGridFsFiles } from './gridfs-files.ts'
import { createConnection } from './mongodb-connection.ts'
import { createMongoTurns } from './mongodb-turns.ts'
import { isDuplicate, upsert } from './mongodb-upsert.ts'
import type { ActiveSearch, ClaimedSearch, Claimant, Lease, Result, Store, StoredFile } from './store.ts'

/** How long a request waits for MongoDB before it is answered with 503: in milliseconds. */
const OPERATION_TIMEOUT_MS = 4000

/** A document of `active_searches`. */
interface ActiveDocument {
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
interface ResultDocument {
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

/** `$$NOW` is the database's clock: the replicas' own may differ. */
const inSecs = (secs: number): Document => ({ $add: ['$$NOW', Math.round(secs * 1000)] })

/** The fields that make an active search the claimant's. */
const claimedBy = ({ owner, leaseSecs }: Claimant): Document => ({
  owner,
  // later than any claim before it, even if the clock was set back
  claimedAt: { $max: ['$$NOW', { $add: ['$claimedAt', 1] }] },
  takeableAt: inSecs(leaseSecs),
  attempts: { $add: ['$attempts', 1] },
})

/**
 * The store for production: `active_searches` and `results` in MongoDB, shared by all replicas.
 * @param options.timeoutMs how long each operation may take.
 * @throws {StoreUnavailableError} when MongoDB is out of reach.
 */
export async function createMongoStore(
  url: string,
  database: string,
  { timeoutMs = OPERATION_TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<Store> {
  const connection = createConnection(url, database, timeoutMs)
  const { db, inTime } = connection
  const active = () => db().collection<ActiveDocument>('active_searches')
  const results = () => db().collection<ResultDocument>('results')
  const secrets = () => db().collection<{ _id: string; value: Buffer }>('secrets')
  const files = createGridFsFiles(connection)

  try {
    await inTime((options) => active().createIndex({ takeableAt: 1 }, options))
    await inTime((options) => results().createIndex({ expiresAt: 1 }, { ...options, expireAfterSeconds: 0 }))
    await files.createIndex()
  } catch (error) {
    await connection.close()
    throw error
  }

  const store: Store = {
    files,
    turns: createMongoTurns(connection),

    async secret(name, bytes) {
      const document = await inTime((options) =>
        secrets().findOneAndUpdate(
          { _id: name },
          { $setOnInsert: { value: randomBytes(bytes) } },
          { ...options, upsert: true, returnDocument: 'after', promoteBuffers: true },
        ),
      )
      return document!.value
    },

    async findResult(id): Promise<Result | undefined> {
      const result = await inTime((options) =>
        results().findOne<{ outcomes: Outcome[]; stale: boolean; expired: boolean }>(
          { _id: id },
          {
            ...options,
            projection: {
              outcomes: 1,
              stale: { $lte: ['$staleAt', '$$NOW'] },
              expired: { $lte: ['$expiresAt', '$$NOW'] },
            },
          },
        ),
      )
      return result && !result.expired ? { outcomes: result.outcomes, stale: result.stale } : undefined
    },

    async findActive(id) {
      const document = await inTime((options) => active().findOne({ _id: id }, options))
      return document ? toSearch(document) : undefined
    },

    async enter({ id, artifact, file, searchers }, claimant) {
      const fresh: Document = {
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
      const enter = () =>
        inTime((options) =>
          active().findOneAndUpdate(
            { _id: id },
            [{ $replaceWith: { $cond: [{ $eq: [{ $type: '$enteredAt' }, 'missing'] }, fresh, '$$ROOT'] } }],
            { ...options, upsert: true, returnDocument: 'after', includeResultMetadata: true },
          ),
        )
      const { value, lastErrorObject } = await upsert(enter)
      const created = lastErrorObject?.updatedExisting === false
      return {
        search: toSearch(value!),
        created,
        lease: created && claimant ? toLease(value!) : undefined,
      }
    },

    async claim(claimant, limit, busy = []) {
      const candidates = await inTime((options) =>
        active()
          .find<{ _id: string; takeableAt: Date; takeable: boolean }>(
            busy.length > 0 ? { pending: { $elemMatch: { $nin: [...busy] } } } : {},
            { ...options, projection: { takeableAt: 1, takeable: { $lte: ['$takeableAt', '$$NOW'] } } },
          )
          .sort({ takeableAt: 1 })
          .limit(limit)
          .toArray(),
      )
      const takeable = candidates.filter((candidate) => candidate.takeable)
      const claimed = await Promise.all(
        takeable.map(async ({ _id, takeableAt }): Promise<ClaimedSearch | undefined> => {
          // `takeableAt` changes with each claim, so that of several replicas only one finds it as it was
          const document = await inTime((options) =>
            active().findOneAndUpdate({ _id, takeableAt }, [{ $set: claimedBy(claimant) }], {
              ...options,
              returnDocument: 'after',
            }),
          )
          return document ? toClaimed(document) : undefined
        }),
      )
      const mine = claimed.filter((search) => search !== undefined)
      // all went to other replicas: there may be more behind them
      return takeable.length > 0 && mine.length === 0 ? store.claim(claimant, limit, busy) : mine
    },

    async renew({ owner, leaseSecs }, ids) {
      const mine = { _id: { $in: [...ids] }, owner }
      const { matchedCount } = await inTime((options) =>
        active().updateMany(mine, [{ $set: { takeableAt: inSecs(leaseSecs) } }], options),
      )
      if (matchedCount === ids.length) return new Set(ids)
      const kept = await inTime((options) =>
        active()
          .find(mine, { ...options, projection: { _id: 1 } })
          .toArray(),
      )
      return new Set(kept.map(({ _id }) => _id))
    },

    async record(lease, outcome) {
      const { matchedCount } = await inTime((options) =>
        active().updateOne(
          heldBy(lease),
          { $push: { outcomes: outcome }, $pull: { pending: outcome.searcher } },
          options,
        ),
      )
      return matchedCount === 1
    },

    async release(lease, afterSecs = 0) {
      const { matchedCount } = await inTime((options) =>
        active().updateOne(
          heldBy(lease),
          [{ $set: { owner: null, takeableAt: inSecs(afterSecs), attempts: { $subtract: ['$attempts', 1] } } }],
          options,
        ),
      )
      return matchedCount === 1
    },

    async finish(lease, result) {
      if (result) {
        const document: Document = {
          $mergeObjects: [
            {
              $literal: {
                _id: lease.id,
                artifact: JSON.stringify(withoutPassword(result.artifact)),
                outcomes: result.outcomes,
                claimedAt: lease.claimedAt,
              },
            },
            { finishedAt: '$$NOW', staleAt: inSecs(result.freshSecs), expiresAt: inSecs(result.ttlSecs) },
          ],
        }
        try {
          const earlier = { _id: lease.id, claimedAt: { $lt: lease.claimedAt } }
          await upsert(() =>
            inTime((options) =>
              results().updateOne(earlier, [{ $replaceWith: document }], { ...options, upsert: true }),
            ),
          )
        } catch (error) {
          // a result of this claim (written before a lost answer) or of a later one is there
          if (!isDuplicate(error)) throw error
        }
      }
      const entry = await inTime((options) =>
        active().findOneAndDelete(heldBy(lease), { ...options, projection: { file: 1 } }),
      )
      if (entry?.file) await files.remove(entry.file.key)
      return entry !== null
    },

    async load() {
      const isRunning = { $and: [{ $ne: ['$owner', null] }, { $gt: ['$takeableAt', '$$NOW'] }] }
      const stages = [
        { $project: { running: { $cond: [isRunning, 1, 0] }, ageMs: { $subtract: ['$$NOW', '$enteredAt'] } } },
        { $group: { _id: null, all: { $sum: 1 }, running: { $sum: '$running' }, oldestMs: { $max: '$ageMs' } } },
      ]
      const [sums] = await inTime((options) =>
        active().aggregate<{ all: number; running: number; oldestMs: number }>(stages, options).toArray(),
      )
      const { all, running, oldestMs } = sums ?? { all: 0, running: 0, oldestMs: 0 }
      return { running, waiting: all - running, oldestSecs: oldestMs / 1000 }
    },

    async sweepFiles() {
      await files.sweep(() => inTime((options) => active().distinct('file.key', {}, options)))
    },

    async ping() {
      await inTime((options) => db().command({ ping: 1 }, options))
    },

    async close() {
      await connection.close()
    },
  }
  return store
}

function heldBy({ id, owner, claimedAt }: Lease) {
  return { _id: id, owner, claimedAt }
}

function toSearch({ _id, artifact, file, pending, outcomes }: ActiveDocument): ActiveSearch {
  return { id: _id, artifact: JSON.parse(artifact) as AnyArtifact, file, pending, outcomes }
}

function toClaimed(document: ActiveDocument): ClaimedSearch {
  const { attempts, claimedAt, enteredAt } = document
  const waitedMs = claimedAt!.getTime() - enteredAt.getTime()
  return { search: toSearch(document), lease: toLease(document), attempts, waitedMs }
}

function toLease({ _id, owner, claimedAt }: ActiveDocument): Lease {
  return { id: _id, owner: owner!, claimedAt: claimedAt! }
}

function withoutPassword({ type, value }: AnyArtifact): Partial<AnyArtifact> {
  return type === PASSWORD_TYPE ? { type } : { type, value }
}
