import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { textOf } from './binary.ts'
import { type Files, NO_TEXT } from './texts.ts'
import { isCode } from './imports.ts'
import type { LayoutChange } from './layout.ts'
import type { Part } from './plan.ts'
import { Refusal } from './refusal.ts'
import { newPath } from './step.ts'

/** What tells which files of a service an upgrade is about. */
export interface Concerned {
  parts: readonly Part[]
  made?: Files
  layoutChanges: readonly LayoutChange[]
}

/** What was read of a service. */
export interface Disk {
  files: Files
  /** What is there, but is no text that can be read: why, by path. Among the files it is `NO_TEXT`. */
  illegible: ReadonlyMap<string, string>
}

/** Folders of which no file is the owner's code. */
const NOT_CODE = /^(?:node_modules|dist|coverage|\..*)$/

/**
 * Reads what an upgrade is about: every file that was emitted or is to be, what lies beside those, and, where files have
 * moved, the owner's own code, whose imports may have to follow. What of that cannot be read is left out.
 */
export function readDisk(root: string, { parts, made, layoutChanges }: Concerned): Disk {
  const emitted = parts.flatMap(({ base, fresh }) => [...(base?.files.keys() ?? []), ...fresh.keys()])
  const earlier = layoutChanges.flatMap(({ moves, drops }) => [...Object.entries(moves).flat(), ...drops])
  const code = layoutChanges.some(({ moves }) => Object.keys(moves).length > 0) ? codeIn(root, '') : []
  const known = [...emitted, ...emitted.map(newPath), ...(made?.keys() ?? [])]
  const files = new Map<string, string>()
  for (const path of [...code, ...earlier]) {
    const { text } = read(root, path)
    if (text !== undefined) files.set(path, text)
  }
  const illegible = new Map<string, string>()
  for (const path of new Set(known)) {
    const { text, reason } = read(root, path)
    if (reason !== undefined) illegible.set(path, reason)
    if (text !== undefined || reason !== undefined) files.set(path, text ?? NO_TEXT)
  }
  return { files, illegible }
}

/**
 * The text of a file, to the letter; of a binary file, its bytes in base64.
 *
 * @returns `undefined` if there is none
 * @throws Refusal if it is no text, cannot be read, or is a folder
 */
export function readText(root: string, path: string): string | undefined {
  const { text, reason } = read(root, path)
  if (reason !== undefined) throw new Refusal(reason)
  return text
}

/** A file's text; neither that nor a reason if there is no such file. */
function read(root: string, path: string): { text?: string; reason?: string } {
  let bytes: Buffer
  try {
    bytes = readFileSync(join(root, path))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return {}
    if (code === 'EISDIR') return { reason: `"${path}" is a folder, where the generator has a file. Rename it.` }
    return { reason: `"${path}" cannot be read: ${message}. Make it readable, or move it away.` }
  }
  const text = textOf(path, bytes)
  if (text !== undefined) return { text }
  return { reason: `"${path}" is not in UTF-8, so it cannot be merged. Save it in UTF-8.` }
}

function codeIn(root: string, folder: string): string[] {
  return entriesOf(join(root, folder)).flatMap((found) => {
    const path = folder === '' ? found.name : `${folder}/${found.name}`
    if (found.isDirectory()) return NOT_CODE.test(found.name) ? [] : codeIn(root, path)
    return found.isFile() && isCode(path) ? [path] : []
  })
}

/** What is in a folder that can be read. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
