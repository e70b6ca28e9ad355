import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { USES, type Use } from './draft.ts'
import { codeOf } from './errors.ts'

/** A file of a list, as it was when the folder was looked through. */
export interface FoundFile {
  /** Where it is. */
  path: string
  /** Its name without its folders. */
  name: string
  /** Another one whenever the file has changed: of its time, size and inode. */
  stamp: string
  /** When it was written: in milliseconds since 1970. */
  writtenAt: number
  bytes: number
}

/** A file below the folder, or the files of a MISP feed. */
export interface FoundList {
  /** Its path below the folder; a feed's ends with `/`. */
  id: string
  use: Use
  files: FoundFile[]
}

/** What is in a folder of lists. */
export interface FolderContent {
  lists: FoundList[]
  /** Folders that cannot be read, by their path with `/` at its end, and why. */
  unreadable: Map<string, string>
  /** What lies where nothing is read. */
  strays: string[]
}

/** Why a folder of lists cannot be read that nobody needs to have. */
export const NOT_THERE = 'cannot be read: its folder is not there'
const NO_LISTS = new Set<string>([...USES, 'lists.json'])
const UUID_JSON = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.json$/i

/**
 * Looks through a folder of lists. Names that begin with `.` are left out, and files named `README.md`.
 * @throws {Error} of the file system if the folder itself cannot be read.
 */
export async function scanFolder(root: string): Promise<FolderContent> {
  const names = (await readdir(root)).filter(isVisible)
  const content: FolderContent = { lists: [], unreadable: new Map(), strays: [] }
  content.strays.push(...names.filter((name) => !NO_LISTS.has(name)).toSorted())
  for (const use of USES)
    if (names.includes(use)) await scan({ root, use, id: `${use}/`, above: new Set() }, content)
    else content.unreadable.set(`${use}/`, NOT_THERE)
  return content
}

async function scan(
  { root, use, id, above }: { root: string; use: Use; id: string; above: ReadonlySet<string> },
  content: FolderContent,
): Promise<void> {
  const folder = join(root, id)
  const files: FoundFile[] = []
  try {
    const { dev, ino } = await stat(folder, { bigint: true })
    const self = `${dev}:${ino}`
    if (above.has(self)) {
      content.unreadable.set(id, 'is a link to a folder that it is in')
      return
    }
    for (const name of (await readdir(folder)).filter(isVisible).toSorted()) {
      const path = join(folder, name)
      const stats = await statOf(path)
      if (stats?.isDirectory())
        await scan({ root, use, id: `${id}${name}/`, above: new Set([...above, self]) }, content)
      else
        files.push({
          path,
          name,
          stamp: stats ? stampOf(stats) : '',
          writtenAt: Number(stats?.mtimeMs ?? 0),
          bytes: Number(stats?.size ?? 0),
        })
    }
  } catch (error) {
    content.unreadable.set(id, `cannot be read (${codeOf(error)})`)
    return
  }
  const isFeed = files.some(({ name }) => name === 'manifest.json') && files.some(({ name }) => UUID_JSON.test(name))
  if (isFeed) content.lists.push({ id, use, files: files.filter(({ name }) => UUID_JSON.test(name)) })
  else for (const file of files) content.lists.push({ id: `${id}${file.name}`, use, files: [file] })
}

/** What tells whether a file has changed: its time in nanoseconds, its size and its inode. */
export function stampOf({ mtimeNs, size, ino }: BigIntStats): string {
  return `${mtimeNs}:${size}:${ino}`
}

/** A link that leads nowhere is a file as well, one that cannot be read. */
async function statOf(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(() => undefined)
}

function isVisible(name: string): boolean {
  return !name.startsWith('.') && name.toLowerCase() !== 'readme.md'
}
