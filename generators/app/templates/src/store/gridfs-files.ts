import { addAbortSignal, Readable } from 'node:stream'
import { GridFSBucket, ObjectId } from 'mongodb'
import { unavailable } from './mongodb-availability.ts'
import type { Connection } from './mongodb-connection.ts'
import type { FileStore } from './store.ts'

const BUCKET = 'files'

/** No request lasts this long, so content that is older and that no search names is left over: in milliseconds. */
const SWEEP_AGE_MS = 3_600_000

/** Keeps files in GridFS, where every replica finds them. */
export function createGridFsFiles({
  db,
  hosts,
  inTime,
}: Connection): FileStore & { sweep(inUse: () => Promise<readonly string[]>): Promise<void> } {
  const files = () => db().collection<{ length: number; chunkSize: number }>(`${BUCKET}.files`)
  const chunks = () => db().collection<{ files_id: ObjectId; n: number; data: Buffer }>(`${BUCKET}.chunks`)

  // both parts by hand: the bucket's own `delete` refuses an upload that was cut off, which has chunks alone
  const remove = async (id: ObjectId) => {
    await inTime((options) => files().deleteOne({ _id: id }, options))
    await inTime((options) => chunks().deleteMany({ files_id: id }, options))
  }

  // chunk by chunk: the bucket's own stream fetches 16 MB at a time
  async function* contentOf(id: ObjectId) {
    const file = await inTime((options) => files().findOne({ _id: id }, options))
    for (let n = 0; n === 0 || n * file!.chunkSize < file!.length; n++) {
      const chunk = await inTime((options) =>
        chunks().findOne({ files_id: id, n }, { ...options, promoteBuffers: true }),
      )
      if (!file || !chunk) throw new Error('the content of the file is gone')
      yield chunk.data
    }
  }

  const acknowledged = (send: (done: (error?: Error | null) => void) => void) =>
    inTime((time) => acknowledgement(send, time.signal!))

  return {
    async write(content, signal) {
      addAbortSignal(signal, content)
      const upload = new GridFSBucket(db(), { bucketName: BUCKET }).openUploadStream('content')
      // an error comes by way of the call that it ends
      upload.on('error', () => {})
      try {
        // one after the other: nothing is on its way when the content breaks off, and little is in memory
        for await (const chunk of content) await acknowledged((done) => upload.write(chunk, done))
        await acknowledged((done) => upload.end(done))
      } catch (error) {
        upload.destroy()
        // should the database be away, the sweep removes what is left
        await remove(upload.id).catch(() => {})
        throw unavailable(error, hosts)
      }
      return upload.id.toHexString()
    },

    read: (key) => Readable.from(contentOf(new ObjectId(key)), { objectMode: false }),

    remove: (key) => remove(new ObjectId(key)),

    async sweep(inUse) {
      // an ObjectId begins with the time it was made at
      const old = ObjectId.createFromTime(Math.floor((Date.now() - SWEEP_AGE_MS) / 1000))
      const first = await inTime((options) =>
        chunks()
          .find({ files_id: { $lt: old }, n: 0 }, { ...options, projection: { files_id: 1 } })
          .toArray(),
      )
      if (first.length === 0) return
      const used = new Set(await inUse())
      for (const { files_id: id } of first) if (!used.has(id.toHexString())) await remove(id)
    },
  }
}

/** Waits until something is acknowledged, but no longer than the signal allows. */
function acknowledgement(send: (done: (error?: Error | null) => void) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    send((error) => (error ? reject(error) : resolve()))
  })
}
