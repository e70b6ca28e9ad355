import { open, stat } from 'node:fs/promises'
import { BrokenList } from './broken-list.ts'
import { codeOf } from './file-error.ts'
import { stampOf, type FoundFile } from './scan-folder.ts'

const CHUNK_BYTES = 65_536

/** A file could not be read, or not as one: it has to be read again, changed or not. */
export class UnreadFile extends Error {
  override name = 'UnreadFile'
}

/**
 * Reads a file piece by piece; a piece is only good until the next one is asked for.
 * @param onRead is told each piece.
 * @throws {UnreadFile} if it cannot be read, or was written meanwhile.
 * @throws {BrokenList} if it is no file.
 */
export async function* readFile(
  { path, stamp }: FoundFile,
  onRead: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  try {
    const stats = await stat(path)
    // to open a pipe would wait for somebody who writes into it
    if (!stats.isFile()) throw new BrokenList('is no file')
    yield* chunksOf(path, { stamp, onRead })
  } catch (error) {
    if (error instanceof BrokenList || error instanceof UnreadFile || !(error instanceof Error && 'code' in error))
      throw error
    throw new UnreadFile(`cannot be read (${codeOf(error)})`, { cause: error })
  }
}

async function* chunksOf(
  path: string,
  { stamp, onRead }: { stamp: string; onRead: (chunk: Uint8Array) => void },
): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES)
      if (bytesRead === 0) break
      const part = chunk.subarray(0, bytesRead)
      onRead(part)
      yield part
    }
    if (stampOf(await stat(path, { bigint: true })) !== stamp)
      throw new UnreadFile('was written while it was read: write it under another name, then rename it')
  } finally {
    await file.close()
  }
}
