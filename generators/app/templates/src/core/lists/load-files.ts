import { createHash } from 'node:crypto'
import { BrokenList, NoRoom } from './broken-list.ts'
import { Draft } from './draft.ts'
import { readList } from './formats/formats.ts'
import type { List } from './list.ts'
import type { MemoryPool } from './index/memory-pool.ts'
import { readFile, UnreadFile } from './read-file.ts'
import type { FoundFile } from './scan-folder.ts'

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
      asOf: Math.max(...files.map(({ writtenAt }) => writtenAt)),
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
