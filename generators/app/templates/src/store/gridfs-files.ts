import { once } from 'node:events'
import { GridFSBucket, ObjectId, type Db } from 'mongodb'
import { unavailable, type InTime } from './mongodb-availability.ts'
import type { FileStore } from './store.ts'

const BUCKET = 'files'

/** No request lasts this long, so content that is older and that no search names is left over: in milliseconds. */
const SWEEP_AGE_MS = 3_600_000

/** Keeps files in GridFS, where every replica finds them. */
export function createGridFsFiles(
  db: Db,
  hosts: string,
  inTime: InTime,
): FileStore & { sweep(inUse: () => Promise<readonly string[]>): Promise<void> } {
  const bucket = new GridFSBucket(db, { bucketName: BUCKET })
  const files = db.collection(`${BUCKET}.files`)
  const chunks = db.collection<{ files_id: ObjectId; n: number }>(`${BUCKET}.chunks`)

  // both parts by hand: the bucket's own `delete` refuses an upload that was cut off, which has chunks alone
  const remove = async (id: ObjectId) => {
    await inTime((options) => files.deleteOne({ _id: id }, options))
    await inTime((options) => chunks.deleteMany({ files_id: id }, options))
  }

  return {
    async write(content, signal) {
      const upload = bucket.openUploadStream('content')
      const failed = once(upload, 'error').then(([error]) => Promise.reject(unavailable(error, hosts)))
      // awaited below, but not before the first wait
      failed.catch(() => {})
      // however slow the sender is, the database has to take what it is given in time
      const taken = (event: 'drain' | 'finish') =>
        inTime((time) =>
          Promise.race([once(upload, event, { signal: AbortSignal.any([signal, time.signal!]) }), failed]),
        )
      try {
        for await (const chunk of content) if (!upload.write(chunk)) await taken('drain')
        const finished = taken('finish')
        upload.end()
        await finished
      } catch (error) {
        upload.destroy()
        // should the database be away, the sweep removes what is left
        await remove(upload.id).catch(() => {})
        throw error
      }
      return upload.id.toHexString()
    },

    read: (key) => bucket.openDownloadStream(new ObjectId(key)),

    remove: (key) => remove(new ObjectId(key)),

    async sweep(inUse) {
      // an ObjectId begins with the time it was made at
      const old = ObjectId.createFromTime(Math.floor((Date.now() - SWEEP_AGE_MS) / 1000))
      const first = await inTime((options) =>
        chunks.find({ files_id: { $lt: old }, n: 0 }, { ...options, projection: { files_id: 1 } }).toArray(),
      )
      if (first.length === 0) return
      const used = new Set(await inUse())
      for (const { files_id: id } of first) if (!used.has(id.toHexString())) await remove(id)
    },
  }
}
