import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from './disk.ts'
import type { Base, Emitted, Part } from './plan.ts'
import { APP_RECORD } from './record.ts'
import { Refusal } from './refusal.ts'
import { withLf } from './texts.ts'

/** What a fresh service holds beside what was emitted, and what no record holds. */
const LEFT_OUT =
  /^(?:\.git|\.resilient-cts|\.cache|node_modules|dist|coverage|\.env|\.env\.example|\.yo-rc\.json|package-lock\.json|src\/searchers\/index\.ts)$/

/**
 * A service freshly made by an old version, taken for the record that another of that version lacks.
 *
 * @throws Refusal if the folder holds no service
 */
export function baseFromFolder(folder: string): Base {
  const paths = filesIn(folder, '')
  if (!paths.includes('package.json')) {
    throw new Refusal(`"${folder}" holds no service. Name with --base one that is freshly made by the old version.`)
  }
  return { files: new Map(paths.map((path) => [path, withLf(readText(folder, path)!)])) }
}

/** Where searchers and sources lie, which have records of their own. */
const APART = /^(?:(?:src|test)\/(?:searchers|sources)|test\/mocks)\//

/** What a record covers, with what such a folder has of it. */
export function partFromFolder({ files }: Base, emitted: Emitted): Part {
  const isCovered = (path: string) => emitted.fresh.has(path) || (emitted.record === APP_RECORD && !APART.test(path))
  return { ...emitted, base: { files: new Map([...files].filter(([path]) => isCovered(path))) } }
}

function filesIn(root: string, folder: string): string[] {
  return entriesOf(join(root, folder)).flatMap((found) => {
    const path = folder === '' ? found.name : `${folder}/${found.name}`
    if (LEFT_OUT.test(path)) return []
    return found.isDirectory() ? filesIn(root, path) : found.isFile() ? [path] : []
  })
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    throw new Refusal(`"${folder}" cannot be read. Name with --base a service that is freshly made by the old version.`)
  }
}
