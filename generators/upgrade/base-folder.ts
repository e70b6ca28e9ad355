import { readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from './disk.ts'
import type { Base, Emitted, Part } from './plan.ts'
import { APP_RECORD, allRecords } from './record.ts'
import { Refusal } from './refusal.ts'
import { withLf } from './texts.ts'
import { isLater } from './versions.ts'

/** What a fresh service holds beside what was emitted, and what no record holds. */
const LEFT_OUT =
  /^(?:\.git|\.resilient-cts|\.cache|node_modules|dist|coverage|\.env|\.env\.example|\.yo-rc\.json|package-lock\.json|src\/searchers\/index\.ts)$/

const REMEDY = 'Name with --base one that is freshly made by the old version.'

/** The service that a base is for, and this version. */
export interface BaseUse {
  root: string
  version: string
}

/**
 * A service freshly made by an old version, taken for the record that another of that version lacks.
 *
 * @throws Refusal if the folder holds no service, the very service, one that was edited since it was made, as far as it
 *   has records, or one of a later version than this
 */
export function baseFromFolder(folder: string, { root, version }: BaseUse): Base {
  const paths = filesIn(folder, '')
  if (!paths.includes('package.json')) throw new Refusal(`"${folder}" holds no service. ${REMEDY}`)
  if (realpathSync(folder) === realpathSync(root)) throw new Refusal(`"${folder}" is this service itself. ${REMEDY}`)
  const files = new Map(paths.map((path) => [path, withLf(readText(folder, path)!)]))
  const records = allRecords(folder)
  const later = records.find((record) => isLater(record.version, version))
  if (later)
    throw new Refusal(`"${folder}" is of version ${later.version}, and this generator is ${version}. ${REMEDY}`)
  const edited = records.flatMap((record) => [...record.files].filter(([path, text]) => files.get(path) !== text))
  if (edited.length > 0) {
    const [first, second, third, ...others] = edited.map(([path]) => path)
    const named = [first, second, third, others.length > 0 ? '…' : undefined].filter(Boolean).join(', ')
    throw new Refusal(`"${folder}" is not as it was made: ${named}. ${REMEDY}`)
  }
  return { files }
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
    throw new Refusal(`"${folder}" cannot be read. ${REMEDY}`)
  }
}
