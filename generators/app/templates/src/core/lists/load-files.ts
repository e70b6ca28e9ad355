import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { Draft } from './draft.ts'
import { BrokenList, codeOf, NoRoom } from './errors.ts'
import { readList } from './formats/formats.ts'
import type { MemoryPool } from './index/memory-pool.ts'
import type { List } from './list.ts'
import { stampOf, type FoundFile } from './scan-folder.ts'

/**
 * Reads the files of a list, and puts what they hold in place of what it holds; if they are no list, it keeps that, and
 * says what is wrong.
 * @param room how many entries it may have.
 * @param pool where its memory is from, and goes back to.
 * @returns when it is worth another try: `settled`: when its files have changed; `no room`: also when there is more.
 */
export async function loadFiles(
  list: List,
  {
    files,
    ...options
  }: { files: readonly FoundFile[]; room: number; pool: MemoryPool; keptBadLines?: number | undefined },
): Promise<'settled' | 'no room' | 'unread'> {
  const old = list.loaded?.index
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  let bytesRead = 0
  const progress = () => Math.min(1, bytesRead / bytes)
  const draft = new Draft({ ...list.options, ...options, use: list.use, expected: old?.size, progress })
  const hash = createHash('sha256').update(JSON.stringify(list.options))
  const onRead = (chunk: Uint8Array) => {
    hash.update(chunk)
    bytesRead += chunk.length
  }
  try {
    for (const file of files) await readList({ name: file.name, chunks: readFile(file, onRead) }, draft, list.options)
    const content = draft.finish()
    list.loaded = {
      ...content,
      asOf: files.reduce((last, { writtenAt }) => Math.max(last, writtenAt), 0),
      digest: hash.digest('base64url'),
    }
    list.problem = undefined
    old?.release()
    return 'settled'
  } catch (error) {
    draft.index.release()
    const message = error instanceof Error ? error.message : String(error)
    list.problem = error instanceof BrokenList || error instanceof UnreadFile ? message : `cannot be read: ${message}`
    return error instanceof NoRoom ? 'no room' : error instanceof UnreadFile ? 'unread' : 'settled'
  } finally {
    list.badLines = draft.badLines
    list.badLineCount = draft.badLineCount
  }
}

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
