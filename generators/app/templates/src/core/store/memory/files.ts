import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileStore } from '../store.ts'

/** Keeps files in a temporary folder, made with the first of them and removed by `close`. */
export function createFolderFiles(): FileStore & { close(): Promise<void> } {
  let folder: Promise<string> | undefined
  const sizes = new Map<string, number>()
  const pathOf = async (key: string) => join(await (folder ??= mkdtemp(join(tmpdir(), 'cts-'))), key)

  return {
    async write(content, signal) {
      const key = randomUUID()
      const path = await pathOf(key)
      try {
        const file = createWriteStream(path)
        await pipeline(content, file, { signal })
        sizes.set(key, file.bytesWritten)
      } catch (error) {
        await rm(path, { force: true })
        throw error
      }
      return key
    },

    read(key) {
      const content = new PassThrough()
      pathOf(key)
        .then((path) => pipeline(createReadStream(path), content))
        .catch((error: Error) => content.destroy(error))
      return content
    },

    async remove(key) {
      sizes.delete(key)
      await rm(await pathOf(key), { force: true })
    },

    async storedBytes() {
      return [...sizes.values()].reduce((sum, size) => sum + size, 0)
    },

    async close() {
      if (folder) await rm(await folder, { recursive: true, force: true })
    },
  }
}
