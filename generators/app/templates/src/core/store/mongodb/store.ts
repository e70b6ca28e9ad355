import { randomBytes } from 'node:crypto'
import { batched } from './batched.ts'
import { createGridFsFiles } from './files.ts'
import { createConnection } from './connection.ts'
import {
  claimedBy,
  heldBy,
  inSecs,
  newActive,
  newResult,
  RESULT_VIEW,
  toClaimed,
  toLease,
  toResult,
  toSearch,
  withIds,
  type ActiveDocument,
  type ResultDocument,
  type ResultView,
} from './documents.ts'
import { createMongoTurns } from './turns.ts'
import { isDuplicate, upsert } from './upsert.ts'
import type { ClaimedSearch, Store } from '../store.ts'

/** How long a request waits for MongoDB before it is answered with 503: in milliseconds. */
const OPERATION_TIMEOUT_MS = 4000

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
  const { collection, inTime } = connection
  const active = collection<ActiveDocument>('active_searches')
  const results = collection<ResultDocument>('results')
  const secrets = collection<{ _id: string; value: Buffer }>('secrets')
  const files = createGridFsFiles(connection)

  try {
    await inTime(() => active().createIndex({ takeableAt: 1 }))
    await inTime(() => results().createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 }))
    await files.createIndex()
  } catch (error) {
    await connection.close()
    throw error
  }

  const findResultDocument = batched((ids) =>
    inTime(() => results().find<ResultView>(withIds(ids), { projection: RESULT_VIEW }).toArray()),
  )
  const findActiveDocument = batched((ids) => inTime(() => active().find(withIds(ids)).toArray()))

  const store: Store = {
    files,
    turns: createMongoTurns(connection),

    async secret(name, bytes) {
      const document = await inTime(() =>
        secrets().findOneAndUpdate(
          { _id: name },
          { $setOnInsert: { value: randomBytes(bytes) } },
          { upsert: true, returnDocument: 'after', promoteBuffers: true },
        ),
      )
      return document!.value
    },

    async findResult(id) {
      const result = await findResultDocument(id)
      return result && toResult(result)
    },

    async findActive(id) {
      const document = await findActiveDocument(id)
      return document && toSearch(document)
    },

    async enter(search, claimant) {
      const fresh = newActive(search, claimant)
      const enter = () =>
        inTime(() =>
          active().findOneAndUpdate(
            { _id: search.id },
            [{ $replaceWith: { $cond: [{ $eq: [{ $type: '$enteredAt' }, 'missing'] }, fresh, '$$ROOT'] } }],
            { upsert: true, returnDocument: 'after', includeResultMetadata: true },
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
      const candidates = await inTime(() =>
        active()
          .find<{ _id: string; takeableAt: Date; takeable: boolean }>(
            busy.length > 0 ? { pending: { $elemMatch: { $nin: [...busy] } } } : {},
            { projection: { takeableAt: 1, takeable: { $lte: ['$takeableAt', '$$NOW'] } } },
          )
          .sort({ takeableAt: 1 })
          .limit(limit)
          .toArray(),
      )
      const takeable = candidates.filter((candidate) => candidate.takeable)
      const claimed = await Promise.all(
        takeable.map(async ({ _id, takeableAt }): Promise<ClaimedSearch | undefined> => {
          // `takeableAt` changes with each claim, so that of several replicas only one finds it as it was
          const document = await inTime(() =>
            active().findOneAndUpdate({ _id, takeableAt }, [{ $set: claimedBy(claimant) }], {
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
      const { matchedCount } = await inTime(() =>
        active().updateMany(mine, [{ $set: { takeableAt: inSecs(leaseSecs) } }]),
      )
      if (matchedCount === ids.length) return new Set(ids)
      const kept = await inTime(() =>
        active()
          .find(mine, { projection: { _id: 1 } })
          .toArray(),
      )
      return new Set(kept.map(({ _id }) => _id))
    },

    async record(lease, outcome) {
      const { matchedCount } = await inTime(() =>
        active().updateOne(heldBy(lease), { $push: { outcomes: outcome }, $pull: { pending: outcome.searcher } }),
      )
      return matchedCount === 1
    },

    async release(lease, afterSecs = 0) {
      const { matchedCount } = await inTime(() =>
        active().updateOne(heldBy(lease), [
          { $set: { owner: null, takeableAt: inSecs(afterSecs), attempts: { $subtract: ['$attempts', 1] } } },
        ]),
      )
      return matchedCount === 1
    },

    async finish(lease, result) {
      if (result) {
        const document = newResult(lease, result)
        try {
          const earlier = { _id: lease.id, claimedAt: { $lt: lease.claimedAt } }
          await upsert(() => inTime(() => results().updateOne(earlier, [{ $replaceWith: document }], { upsert: true })))
        } catch (error) {
          // a result of this claim (written before a lost answer) or of a later one is there
          if (!isDuplicate(error)) throw error
        }
      }
      const entry = await inTime(() => active().findOneAndDelete(heldBy(lease), { projection: { file: 1 } }))
      if (entry?.file) await files.remove(entry.file.key)
      return entry !== null
    },

    async load() {
      const isRunning = { $and: [{ $ne: ['$owner', null] }, { $gt: ['$takeableAt', '$$NOW'] }] }
      const stages = [
        { $project: { running: { $cond: [isRunning, 1, 0] }, ageMs: { $subtract: ['$$NOW', '$enteredAt'] } } },
        { $group: { _id: null, all: { $sum: 1 }, running: { $sum: '$running' }, oldestMs: { $max: '$ageMs' } } },
      ]
      const [sums] = await inTime(() =>
        active().aggregate<{ all: number; running: number; oldestMs: number }>(stages).toArray(),
      )
      const { all, running, oldestMs } = sums ?? { all: 0, running: 0, oldestMs: 0 }
      return { running, waiting: all - running, oldestSecs: oldestMs / 1000 }
    },

    async sweepFiles() {
      await files.sweep(() => inTime(() => active().distinct('file.key')))
    },

    ping: () => connection.ping(),

    close: () => connection.close(),
  }
  return store
}
