import { MongoServerError, type Db, type Document } from 'mongodb'
import type { InTime } from './mongodb-availability.ts'
import { fromNow, takeStages } from './turn-pipeline.ts'
import { CAUTION_MS, type Turn, type Turns } from './turns.ts'

const DUPLICATE_KEY = 11_000

/** A document of `turns`: what one queue has come to. */
interface QueueDocument {
  _id: string
  /** When turns were granted, the oldest first: those that a window still counts. */
  calls: Date[]
  /** Who waits, in no order: `since` tells whose turn it is. */
  waiting: { id: string; since: Date; keptUntil: Date }[]
  heldUntil?: Date
  cautiousUntil?: Date
  aloneUntil?: Date
  /** What the last caller was told: written so that the update that decides it gives it back. */
  turn: Turn
}

/** Turns in MongoDB: one document a queue and one update a turn, so that replicas agree by one clock, without locks. */
export function createMongoTurns(db: Db, inTime: InTime): Turns {
  const queues = db.collection<QueueDocument>('turns')

  const update = async (queue: string, stages: Document[]): Promise<QueueDocument> => {
    const run = () =>
      inTime((options) =>
        queues.findOneAndUpdate({ _id: queue }, stages, {
          ...options,
          upsert: true,
          returnDocument: 'after',
          projection: { turn: 1 },
        }),
      )
    // two upserts at once may both try to insert: the one that loses finds the other's
    const document = await run().catch((error: unknown) => {
      if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return run()
      throw error
    })
    return document!
  }

  return {
    async take(queue, taker, windows) {
      const { state, waitMs, since, alone } = (await update(queue, takeStages(taker, windows))).turn
      return { state, waitMs, since, alone }
    },

    async holdBack(queue, secs) {
      const until = fromNow(secs * 1000)
      const cautiousUntil = { $max: ['$cautiousUntil', { $add: [until, CAUTION_MS] }] }
      await update(queue, [
        { $set: { heldUntil: { $max: ['$heldUntil', until] }, cautiousUntil, aloneUntil: '$$REMOVE' } },
      ])
    },

    async end(queue) {
      await inTime((options) => queues.updateOne({ _id: queue }, { $unset: { aloneUntil: 1 } }, options))
    },
  }
}
