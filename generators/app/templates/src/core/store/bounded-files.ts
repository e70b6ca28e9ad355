import { Readable } from 'node:stream'
import type { FileStore } from './store.ts'

/** The store has no room for another file until searches with a file have ended. */
export class StoreFullError extends Error {
  override name = 'StoreFullError'
}

/**
 * The same files, within a bound: what is stored, and what is being written by this process, must fit.
 * @param maxBytes how much all contents may take together.
 */
export function boundedFiles(files: FileStore, maxBytes: number): FileStore {
  let comingBytes = 0

  return {
    ...files,
    async write(content, signal) {
      const storedBytes = await files.storedBytes()
      let bytes = 0
      async function* counted() {
        for await (const chunk of content as AsyncIterable<Buffer>) {
          bytes += chunk.length
          comingBytes += chunk.length
          if (storedBytes + comingBytes > maxBytes) {
            throw new StoreFullError('Too many files wait already (CTS_MAX_STORED_BYTES): try again later')
          }
          yield chunk
        }
      }
      try {
        return await files.write(Readable.from(counted(), { objectMode: false }), signal)
      } finally {
        comingBytes -= bytes
      }
    },
  }
}
