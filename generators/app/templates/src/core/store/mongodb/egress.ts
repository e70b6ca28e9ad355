import { ObjectId, type Filter, type IndexDescription } from 'mongodb'
import type { EgressFilter, EgressRecord, EgressStore } from '../store.ts'
import type { Connection } from './connection.ts'

const INDEXES: IndexDescription[] = [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }, { key: { value: 1, at: 1 } }]

/** The ledger in MongoDB. */
export interface MongoEgress extends EgressStore {
  createIndexes(): Promise<void>
}

/** Keeps the ledger in the collection `egress`; the TTL index removes records some time after they expire. */
export function createMongoEgress({ collection, inTime }: Connection): MongoEgress {
  const egress = collection<EgressRecord>('egress')

  return {
    async createIndexes() {
      await inTime(() => egress().createIndexes(INDEXES))
    },
    async insert(records) {
      const documents = records.map((record) => ({ _id: new ObjectId(), ...record }))
      await inTime(() => egress().insertMany(documents, { ordered: false }))
    },
    async *find(filter) {
      const cursor = egress()
        .find(toFilter(filter), { projection: { _id: 0 } })
        .sort({ at: 1 })
        .allowDiskUse(true)
      try {
        while (await inTime(() => cursor.hasNext())) yield* cursor.readBufferedDocuments()
      } finally {
        // not waited for: the server closes it by itself some time after the last read
        cursor.close().catch(() => {})
      }
    },
  }
}

function toFilter({ since, until, source, values }: EgressFilter): Filter<EgressRecord> {
  const at = { ...(since && { $gte: since }), ...(until && { $lt: until }) }
  return {
    ...(Object.keys(at).length > 0 && { at }),
    ...(source !== undefined && { source }),
    ...(values && { value: { $in: [...values] } }),
  }
}
