import type { RateState } from '../rate-windows.ts'
import type { ReadableRateStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { isDuplicate, type FromNow } from './documents.ts'

/** A document of `turns`: what is used of one quota. */
interface QuotaDocument {
  _id: string
  /** Grows with each change, so that nothing is written over what another has written meanwhile. */
  version: number
  state: RateState
}

/** How often sources were asked, in MongoDB: replicas agree by one clock, and by the version that each decided on. */
export function createMongoRates({ collection, inTime }: Connection, fromNow: FromNow): ReadableRateStore {
  const quotas = collection<QuotaDocument>('turns')

  return {
    async update(quota, decide) {
      for (;;) {
        const [found] = await inTime(() =>
          quotas()
            .aggregate<Partial<QuotaDocument> & { now: Date }>([
              { $match: { _id: quota } },
              { $set: { now: fromNow(0) } },
            ])
            .toArray(),
        )
        const read = found ?? (await insert(quota))
        if (!read) continue
        const { state, result } = decide(read.state, read.now.getTime())
        if (!state) return result
        const { modifiedCount } = await inTime(() =>
          quotas().updateOne({ _id: quota, version: read.version ?? 0 }, { $set: { state }, $inc: { version: 1 } }),
        )
        if (modifiedCount === 1) return result
      }
    },

    async read(names) {
      const found = await inTime(() =>
        quotas()
          .aggregate<Partial<QuotaDocument> & { _id: string; now: Date }>([
            { $match: { _id: { $in: [...names] } } },
            { $set: { now: fromNow(0) } },
          ])
          .toArray(),
      )
      return new Map(
        found.flatMap(({ _id, state, now }) => (state ? [[_id, { state, now: now.getTime() }] as const] : [])),
      )
    },
  }

  /** Makes a quota's document, unless another does so at once. */
  async function insert(quota: string): Promise<(Partial<QuotaDocument> & { now: Date }) | undefined> {
    try {
      await inTime(() => quotas().updateOne({ _id: quota }, { $setOnInsert: { version: 0 } }, { upsert: true }))
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
    return undefined
  }
}
