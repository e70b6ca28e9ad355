import { randomBytes, randomUUID } from 'node:crypto'
import type { Document, IndexDescription } from 'mongodb'
import type { AnyArtifact } from '../../protocol/artifact.ts'
import type { Store } from '../store.ts'
import { batched } from './batched.ts'
import { createConnection } from './connection.ts'
import {
  CANDIDATE_VIEW,
  claimedBy,
  isDuplicate,
  newActive,
  newResult,
  PENDING_VIEW,
  toCandidate,
  toClaimed,
  toPending,
  toResult,
  upsert,
  type ActiveDocument,
  type CandidateView,
  type PendingView,
  type ResultDocument,
} from './documents.ts'
import { createMongoEgress } from './egress.ts'
import { createGridFsFiles } from './files.ts'
import { createMongoRates } from './rates.ts'
import { createMongoWatch } from './watch.ts'

/** How long a request waits for MongoDB before it is answered with 503: in milliseconds. */
const OPERATION_TIMEOUT_MS = 4000

const ACTIVE_INDEXES: IndexDescription[] = [
  { key: { pending: 1, owner: 1, rank: 1 } },
  { key: { owner: 1 } },
  { key: { endsAt: 1 } },
]

/** Searches that a replica holds: few, and found by an index among however many wait. "Not null" would be all of it. */
const HELD = { owner: { $gt: '' } }

/** What may be chosen of the MongoDB store. */
export interface MongoStoreOptions {
  /** How long each operation may take: in milliseconds. */
  timeoutMs?: number
  /** How far the time is ahead of the database's clock, for tests: in milliseconds. */
  aheadMs?: () => number
}

/**
 * The store for production: `active_searches` and `results` in MongoDB, shared by all replicas.
 * @throws {StoreUnavailableError} when MongoDB is out of reach.
 */
export async function createMongoStore(
  url: string,
  database: string,
  { timeoutMs = OPERATION_TIMEOUT_MS, aheadMs = () => 0 }: MongoStoreOptions = {},
): Promise<Store> {
  const connection = createConnection(url, database, timeoutMs)
  const { collection, inTime } = connection
  const active = collection<ActiveDocument>('active_searches')
  const results = collection<ResultDocument>('results')
  const secrets = collection<{ _id: string; value: Buffer }>('secrets')
  const files = createGridFsFiles(connection)
  const egress = createMongoEgress(connection)
  /** The time, for a filter. */
  const now = async () => new Date((await connection.now()).getTime() + aheadMs())
  const fromNow = (ms: number): Document => ({ $add: ['$$NOW', Math.round(ms + aheadMs())] })
  const watch = createMongoWatch(connection, fromNow)

  try {
    await inTime(() => active().createIndexes(ACTIVE_INDEXES))
    await inTime(() => results().createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 }))
    await files.createIndex()
    await egress.createIndexes()
    await watch.createIndexes()
  } catch (error) {
    await connection.close()
    throw error
  }

  return {
    files,
    rates: createMongoRates(connection, fromNow),
    egress,
    watch,

    async secret(name, bytes) {
      // by an insert: of two upserts at once, a server that is only compatible with MongoDB may keep either
      await inTime(() => secrets().insertOne({ _id: name, value: randomBytes(bytes) })).catch((error: unknown) => {
        if (!isDuplicate(error)) throw error
      })
      const document = await inTime(() => secrets().findOne({ _id: name }, { promoteBuffers: true }))
      return document!.value
    },

    findResult: batched(async (ids) => {
      const documents = await connection.findByIds<ResultDocument>('results', ids)
      // the time may cost a call
      if (documents.length === 0) return []
      const readAt = (await connection.nowAbout()).getTime() + aheadMs()
      return withIds(documents, (document) => toResult(document, readAt))
    }),

    findPending: batched(async (ids) =>
      withIds(await connection.findByIds<PendingView>('active_searches', ids, PENDING_VIEW), toPending),
    ),

    async supersede(id) {
      await inTime(() => results().updateOne({ _id: id }, { $set: { superseded: true } }))
    },

    async enter(search, claim) {
      const entry = randomUUID()
      const fresh = newActive(search, entry, fromNow, claim)
      // without its artifact, which the caller has
      const projection = { artifact: 0 } as const
      const document = await upsert(() =>
        inTime(() =>
          active().findOneAndUpdate(
            { _id: search.id },
            [{ $replaceWith: { $cond: [{ $eq: [{ $type: '$entry' }, 'missing'] }, fresh, '$$ROOT'] } }],
            { upsert: true, returnDocument: 'after', projection },
          ),
        ),
      )
      const created = document!.entry === entry
      if (!created || !claim) return { search: toPending(document!), created }
      const claimed = toClaimed(document!, search.artifact, claim.claimant)
      return { search: toPending(document!), created, claimed }
    },

    async waitingFor(lookUp, limit) {
      const found = await inTime(() =>
        active()
          .find<CandidateView>({ pending: lookUp, owner: null }, { projection: CANDIDATE_VIEW })
          .sort({ rank: 1 })
          .limit(limit)
          .toArray(),
      )
      return found.map(toCandidate)
    },

    async overdue(limit) {
      const over = { endsAt: { $lte: await now() }, owner: null }
      const found = await inTime(() =>
        active().find<CandidateView>(over, { projection: CANDIDATE_VIEW }).limit(limit).toArray(),
      )
      return found.map(toCandidate)
    },

    async claim({ id, token }, claim) {
      // the token changes with each claim, so that of several replicas only one finds it as it was
      const document = await inTime(() =>
        active().findOneAndUpdate({ _id: id, token, owner: null }, [{ $set: claimedBy(claim, fromNow) }], {
          returnDocument: 'after',
        }),
      )
      return document ? toClaimed(document, JSON.parse(document.artifact) as AnyArtifact, claim.claimant) : undefined
    },

    async begin({ id, owner, token }, lookUps) {
      const { matchedCount } = await inTime(() =>
        active().updateOne({ _id: id, owner, token }, { $addToSet: marks(lookUps, owner) }),
      )
      return matchedCount === 1
    },

    async unbegin({ id, owner }, lookUps) {
      if (lookUps.length > 0) await inTime(() => active().updateOne({ _id: id }, { $pull: marks(lookUps, owner) }))
    },

    async renew({ owner, leaseSecs }, ids) {
      const mine = { _id: { $in: [...ids] }, owner }
      const { matchedCount } = await inTime(() =>
        active().updateMany(mine, [{ $set: { leaseUntil: fromNow(leaseSecs * 1000) } }]),
      )
      if (matchedCount === ids.length) return new Set(ids)
      const kept = await inTime(() =>
        active()
          .find(mine, { projection: { _id: 1 } })
          .toArray(),
      )
      return new Set(kept.map(({ _id }) => _id))
    },

    async record({ id, owner, token }, outcome) {
      const { lookUp } = outcome
      const { matchedCount } = await inTime(() =>
        active().updateOne(
          // `pending`, so that it is not recorded twice if an answer got lost
          { _id: id, owner, token, pending: lookUp },
          { $push: { outcomes: outcome }, $pull: { pending: lookUp }, $unset: { [`begun.${lookUp}`]: 1 } },
        ),
      )
      return matchedCount === 1
    },

    async keepIn({ id, owner, token }, notAsked) {
      const ids = { $in: notAsked.map(({ lookUp }) => lookUp) }
      const { matchedCount } = await inTime(() =>
        active().updateOne(
          { _id: id, owner, token },
          { $pull: { pending: ids, deferred: ids }, $push: { notAsked: { $each: [...notAsked] } } },
        ),
      )
      return matchedCount === 1
    },

    async undefer({ id, owner, token }) {
      const pending = { $setUnion: ['$pending', '$deferred'] }
      const { matchedCount } = await inTime(() =>
        active().updateOne({ _id: id, owner, token }, [{ $set: { pending, deferred: [] } }]),
      )
      return matchedCount === 1
    },

    async release({ id, owner, token }, atLeast = 0) {
      const { matchedCount } = await inTime(() =>
        active().updateOne({ _id: id, owner, token }, { $set: { owner: null }, $max: { token: atLeast } }),
      )
      return matchedCount === 1
    },

    async freeLapsed() {
      // no others are touched: replicas that renew and free the same searches at once would be in each other's way
      const lapsed = { ...HELD, leaseUntil: { $lte: await now() } }
      // what waits for nothing is overdue at once: its lease's end lies behind us by any clock
      const endsAt = { $cond: [{ $eq: ['$pending', []] }, '$leaseUntil', '$endsAt'] }
      await inTime(() => active().updateMany(lapsed, [{ $set: { owner: null, endsAt } }]))
    },

    async disown({ id, owner }) {
      await inTime(() => active().updateOne({ _id: id, owner }, { $set: { owner: null } }))
    },

    async finish({ id, owner, token }, result) {
      if (result) {
        const document = newResult(id, token, result)
        try {
          await upsert(() =>
            inTime(() => results().replaceOne({ _id: id, token: { $lte: token } }, document, { upsert: true })),
          )
        } catch (error) {
          // one with a greater token is there
          if (!isDuplicate(error)) throw error
        }
      }
      const entry = await inTime(() =>
        active().findOneAndDelete({ _id: id, owner, token }, { projection: { file: 1 } }),
      )
      if (entry?.file) await files.remove(entry.file.key)
      return entry !== null
    },

    async countActive() {
      // a server that was killed may estimate that there are none
      const one = await inTime(() => active().findOne({}, { projection: { _id: 1 } }))
      return one ? Math.max(1, await inTime(() => active().estimatedDocumentCount())) : 0
    },

    async load() {
      const projection = { ageMs: { $subtract: [fromNow(0), '$enteredAt'] } }
      const held = await inTime(() => active().find<{ ageMs: number }>(HELD, { projection }).toArray())
      const first = await inTime(() =>
        active().find<{ ageMs: number }>({}, { projection }).sort({ endsAt: 1 }).limit(1).toArray(),
      )
      const waiting = Math.max(0, (await inTime(() => active().estimatedDocumentCount())) - held.length)
      const oldestMs = Math.max(0, ...[...held, ...first].map(({ ageMs }) => ageMs))
      return { running: held.length, waiting, oldestSecs: oldestMs / 1000 }
    },

    async sweepFiles() {
      await files.sweep(() => inTime(() => active().distinct('file.key')))
    },

    ping: () => connection.ping(),

    close: () => connection.close(),
  }
}

/** What documents stand for, each with its id. */
function withIds<D extends { _id: string }, T>(documents: readonly D[], from: (document: D) => T): [string, T][] {
  return documents.map((document) => {
    const { _id: id } = document
    return [id, from(document)]
  })
}

/** The marks of a replica that has begun look-ups. */
function marks(lookUps: readonly string[], owner: string): Record<`begun.${string}`, string> {
  return Object.fromEntries(lookUps.map((lookUp) => [`begun.${lookUp}`, owner]))
}
