import type { Document } from 'mongodb'
import type { Connection } from './connection.ts'
import { upsert } from './upsert.ts'
import { fromNow, takeStages } from './turn-pipeline.ts'
import { CAUTION_MS, type Turn, type Turns } from '../turns.ts'

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
export function createMongoTurns({ collection, inTime }: Connection): Turns {
  const queues = collection<QueueDocument>('turns')

  const update = async (queue: string, stages: Document[]): Promise<QueueDocument> => {
    const document = await upsert(() =>
      inTime(() =>
        queues().findOneAndUpdate({ _id: queue }, stages, {
          upsert: true,
          returnDocument: 'after',
          projection: { turn: 1 },
        }),
      ),
    )
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
      await inTime(() => queues().updateOne({ _id: queue }, { $unset: { aloneUntil: 1 } }))
    },
  }
}
