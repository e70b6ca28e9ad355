import { readFile, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isBinary } from '../generators/upgrade/binary.ts'

/** The text of every file (of a binary one, base64) below a folder, by its path with slashes; dependencies and git's own files left out. */
export async function folderContent(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(
    paths
      .map((path) => relative(folder, path).split(sep).join('/'))
      .filter((path) => !/(?:^|\/)(?:node_modules|\.git)\//.test(path))
      .toSorted()
      .map(async (path) => [path, await readFile(join(folder, path), isBinary(path) ? 'base64' : 'utf8')] as const),
  )
  return Object.fromEntries(texts)
}
