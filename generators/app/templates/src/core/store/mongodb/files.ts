import { addAbortSignal, Readable } from 'node:stream'
import { ObjectId } from 'mongodb'
import type { Connection } from './connection.ts'
import type { FileStore } from '../store.ts'

/** Size of all chunks of a file, the last one excepted: in bytes. */
const CHUNK_SIZE = 131_072

/** No request lasts this long, so content that is older and that no search names is left over: in milliseconds. */
const SWEEP_AGE_MS = 3_600_000

/** A document of `files.files`, as the specification of GridFS has it. */
interface FileDocument {
  _id: ObjectId
  length: number
  chunkSize: number
  uploadDate: Date
  filename: string
}

/** A document of `files.chunks`. */
interface ChunkDocument {
  files_id: ObjectId
  n: number
  data: Buffer
}

/** Files in GridFS. */
export interface GridFsFiles extends FileStore {
  createIndex(): Promise<void>
  /** Removes the content of old files that are not in use. */
  sweep(inUse: () => Promise<readonly string[]>): Promise<void>
}

/**
 * Keeps files in GridFS, where every replica finds them. Chunk by chunk, and not by the driver's own streams: those
 * hold 16 MB of a file that is read, and leave the chunks of an upload that was cut off.
 */
export function createGridFsFiles({ collection, inTime }: Connection): GridFsFiles {
  const files = collection<FileDocument>('files.files')
  const chunks = collection<ChunkDocument>('files.chunks')

  const remove = async (id: ObjectId) => {
    await inTime(() => files().deleteOne({ _id: id }))
    await inTime(() => chunks().deleteMany({ files_id: id }))
  }

  async function* contentOf(id: ObjectId) {
    const file = await inTime(() => files().findOne({ _id: id }))
    if (!file) throw new Error('the content of the file is gone')
    for (let n = 0; n * file.chunkSize < file.length; n++) {
      const chunk = await inTime(() => chunks().findOne({ files_id: id, n }, { promoteBuffers: true }))
      if (!chunk) throw new Error('the content of the file is gone')
      yield chunk.data
    }
  }

  return {
    async createIndex() {
      await inTime(() => chunks().createIndex({ files_id: 1, n: 1 }, { unique: true }))
    },

    async write(content, signal) {
      addAbortSignal(signal, content)
      const id = new ObjectId()
      let length = 0
      let n = 0
      try {
        // one chunk after the other: nothing is on its way when the content breaks off, and little is in memory
        for await (const data of inChunks(content)) {
          const chunk = { _id: new ObjectId(), files_id: id, n: n++, data }
          await inTime(() => chunks().insertOne(chunk))
          length += data.length
        }
        const file = { _id: id, length, chunkSize: CHUNK_SIZE, uploadDate: new Date(), filename: 'content' }
        await inTime(() => files().insertOne(file))
      } catch (error) {
        // should the database be away, the sweep removes what is left
        await remove(id).catch(() => {})
        throw error
      }
      return id.toHexString()
    },

    read: (key) => Readable.from(contentOf(new ObjectId(key)), { objectMode: false }),

    remove: (key) => remove(new ObjectId(key)),

    async storedBytes() {
      const [sum] = await inTime(() =>
        files()
          .aggregate<{ bytes: number }>([{ $group: { _id: null, bytes: { $sum: '$length' } } }])
          .toArray(),
      )
      return sum?.bytes ?? 0
    },

    async sweep(inUse) {
      // an ObjectId begins with the time it was made at
      const old = ObjectId.createFromTime(Math.floor((Date.now() - SWEEP_AGE_MS) / 1000))
      // by every chunk, not by the first: a cut upload may have left any of its chunks
      const ids = await inTime(() => chunks().distinct('files_id', { files_id: { $lt: old } }))
      if (ids.length === 0) return
      const used = new Set(await inUse())
      for (const id of ids) if (!used.has(id.toHexString())) await remove(id)
    },
  }
}

/** Cuts a content into chunks of one size, the last one excepted. All of them use one buffer, one after the other. */
async function* inChunks(content: Readable): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_SIZE)
  let filled = 0
  for await (const part of content as AsyncIterable<Buffer>) {
    for (let taken = 0; taken < part.length;) {
      const copied = part.copy(chunk, filled, taken)
      taken += copied
      filled += copied
      if (filled < CHUNK_SIZE) continue
      yield chunk
      filled = 0
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled)
}
