import type { Waiting, WatchStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { toPending, upsert, type ActiveDocument, type FromNow } from './documents.ts'

/** A document of `replicas`: removed some time after it expires. */
interface ReplicaDocument {
  _id: string
  host: string
  startedAt: Date
  seenAt: Date
  expiresAt: Date
}

/** A document of `alerts`: who sends one, and until when nobody else does. */
interface AlertDocument {
  _id: string
  owner: string
  until: Date
}

/** What the operator's side looks at, in MongoDB. */
export interface MongoWatch extends WatchStore {
  createIndexes(): Promise<void>
}

/** What is read of an active search: not its artifact. */
const ACTIVE_VIEW = {
  type: 1,
  outcomes: 1,
  notAsked: 1,
  pending: 1,
  deferred: 1,
  begun: 1,
  enteredAt: 1,
  endsAt: 1,
  owner: 1,
}
type ActiveFields = Omit<ActiveDocument, 'entry' | 'artifact' | 'file' | 'rank' | 'leaseUntil' | 'token'>

/** Makes what the operator's side of all replicas looks at. */
export function createMongoWatch({ collection, inTime }: Connection, fromNow: FromNow): MongoWatch {
  const active = collection<ActiveDocument>('active_searches')
  const replicas = collection<ReplicaDocument>('replicas')
  const alerts = collection<AlertDocument>('alerts')

  const waitingFor = async (lookUp: string, limit: number): Promise<Waiting> => {
    const waits = { pending: lookUp, owner: null }
    const [first] = await inTime(() =>
      active()
        .find<{ enteredAt: Date }>(waits, { projection: { enteredAt: 1 } })
        .sort({ rank: 1 })
        .limit(1)
        .toArray(),
    )
    if (!first) return { lookUp, count: 0 }
    const count = await inTime(() => active().countDocuments(waits, { limit }))
    return { lookUp, count, since: first.enteredAt.getTime() }
  }

  return {
    async createIndexes() {
      await inTime(() => replicas().createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 }))
      await inTime(() => alerts().createIndex({ until: 1 }, { expireAfterSeconds: 0 }))
    },

    async waiting(lookUps, limit) {
      // mostly none waits at all, which one question tells
      const any = await inTime(() => active().findOne({ owner: null }, { projection: { _id: 1 } }))
      if (!any) return lookUps.map((lookUp) => ({ lookUp, count: 0 }))
      return Promise.all(lookUps.map((lookUp) => waitingFor(lookUp, limit)))
    },

    async findActive(id) {
      const [found] = await inTime(() =>
        active()
          .find<ActiveFields & { now: Date }>({ _id: id }, { projection: { ...ACTIVE_VIEW, now: fromNow(0) } })
          .toArray(),
      )
      if (!found) return undefined
      const { pending, deferred, begun, enteredAt, endsAt, owner, now } = found
      return {
        ...toPending(found),
        pending,
        deferred,
        begun,
        enteredAt: enteredAt.getTime(),
        endsAt: endsAt.getTime(),
        isHeld: owner !== null,
        now: now.getTime(),
      }
    },

    async beat({ id, host }, aliveSecs) {
      const seen = {
        host: { $literal: host },
        startedAt: { $ifNull: ['$startedAt', fromNow(0)] },
        seenAt: fromNow(0),
        expiresAt: fromNow(aliveSecs * 1000),
      }
      await upsert(() => inTime(() => replicas().updateOne({ _id: id }, [{ $set: seen }], { upsert: true })))
    },

    async leave(id) {
      await inTime(() => replicas().deleteOne({ _id: id }))
    },

    async replicas() {
      const found = await inTime(() =>
        replicas()
          .find<ReplicaDocument & { now: Date }>(
            {},
            { projection: { host: 1, startedAt: 1, seenAt: 1, expiresAt: 1, now: fromNow(0) } },
          )
          .sort({ startedAt: 1 })
          .toArray(),
      )
      return found
        .filter(({ expiresAt, now }) => expiresAt > now)
        .map(({ _id, host, startedAt, seenAt }) => ({
          id: _id,
          host,
          startedAt: startedAt.getTime(),
          seenAt: seenAt.getTime(),
        }))
    },

    async claimAlert({ key, owner, forMs }) {
      const isFree = {
        $or: [{ $eq: ['$owner', owner] }, { $lte: [{ $ifNull: ['$until', new Date(0)] }, fromNow(0)] }],
      }
      const claim = {
        owner: { $cond: [isFree, owner, '$owner'] },
        until: { $cond: [isFree, fromNow(forMs), '$until'] },
      }
      const document = await upsert(() =>
        inTime(() =>
          alerts().findOneAndUpdate({ _id: key }, [{ $set: claim }], { upsert: true, returnDocument: 'after' }),
        ),
      )
      return document!.owner === owner
    },
  }
}
