import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { textOf } from './binary.ts'
import type { Files } from './texts.ts'
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

/** Folders of which no file is the owner's code. */
const NOT_CODE = /^(?:node_modules|dist|coverage|\..*)$/

/**
 * Reads what an upgrade is about: every file that was emitted or is to be, what lies beside those, and the owner's own
 * code, whose imports may have to follow.
 *
 * @throws Refusal naming a file that is no text, or a folder in a file's place
 */
export function readDisk(root: string, { parts, made, layoutChanges }: Concerned): Files {
  const emitted = parts.flatMap(({ base, fresh }) => [...(base?.files.keys() ?? []), ...fresh.keys()])
  const earlier = layoutChanges.flatMap(({ moves, drops }) => [...Object.entries(moves).flat(), ...drops])
  const paths = [...emitted, ...emitted.map(newPath), ...earlier, ...(made?.keys() ?? [])]
  const known = [...new Set(paths)].flatMap((path) => entry(path, readText(root, path)))
  const code = existsSync(root) ? codeIn(root, '') : []
  const own = code.flatMap((path) => entry(path, textOf(path, readFileSync(join(root, path)))))
  return new Map([...own, ...known])
}

/**
 * The text of a file, to the letter; of a binary file, its bytes in base64.
 *
 * @returns `undefined` if there is none
 * @throws Refusal if it is no text, or a folder
 */
export function readText(root: string, path: string): string | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(join(root, path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'EISDIR') throw new Refusal(`"${path}" is a folder, where the generator has a file. Rename it.`)
    throw error
  }
  const text = textOf(path, bytes)
  if (text === undefined) throw new Refusal(`"${path}" is not in UTF-8, so it cannot be merged. Save it in UTF-8.`)
  return text
}

function entry(path: string, text: string | undefined): [string, string][] {
  return text === undefined ? [] : [[path, text]]
}

function codeIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((found) => {
    const path = folder === '' ? found.name : `${folder}/${found.name}`
    if (found.isDirectory()) return NOT_CODE.test(found.name) ? [] : codeIn(root, path)
    return found.isFile() && isCode(path) ? [path] : []
  })
}
