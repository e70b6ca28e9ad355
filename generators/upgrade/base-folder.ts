import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from './disk.ts'
import { layoutChanges as ourLayoutChanges } from './layout-changes.ts'
import { type LayoutChange, layoutSince } from './layout.ts'
import type { Emitted, Part } from './plan.ts'
import { APP_RECORD, allRecords, readRecord } from './record.ts'
import { Refusal } from './refusal.ts'
import { withLf } from './texts.ts'
import { isLater } from './versions.ts'

const REMEDY = 'Name with --base one that is freshly made by the old version.'

/** What a base is for. */
export interface BaseUse {
  /** The service's folder. */
  root: string
  /** This version. */
  version: string
  /** What this version emits of it. */
  emitted: readonly Emitted[]
  /** @default those of this package */
  layoutChanges?: readonly LayoutChange[]
}

/**
 * What each record covers, with a service freshly made by an old version taken for what the record says. Of a folder
 * without records, only what some version can have emitted is taken: it may hold files of its owner's.
 *
 * @throws Refusal if the folder holds no service, the very service, one that was edited since it was made, as far as it
 *   has records, one of a later version than this, or one of another version than the service's
 */
export function partsFromFolder(folder: string, use: BaseUse): Part[] {
  const { root, version, emitted, layoutChanges = ourLayoutChanges } = use
  if (!existsSync(join(folder, 'package.json'))) throw new Refusal(`"${folder}" holds no service. ${REMEDY}`)
  if (realpathSync(folder) === realpathSync(root)) throw new Refusal(`"${folder}" is this service itself. ${REMEDY}`)
  const records = allRecords(folder)
  const later = records.find((record) => isLater(record.version, version))
  if (later)
    throw new Refusal(`"${folder}" is of version ${later.version}, and this generator is ${version}. ${REMEDY}`)
  const [ofBase, ofService] = [folder, root].map((some) => readRecord(some, APP_RECORD)?.version)
  if (ofBase !== undefined && ofService !== undefined && ofBase !== ofService)
    throw new Refusal(`"${folder}" is of version ${ofBase}, and this service is of ${ofService}. ${REMEDY}`)
  const recorded = new Map(records.flatMap(({ files }) => [...files]))
  const known = [...emitted.flatMap(({ fresh }) => [...fresh.keys()]), ...layoutSince(layoutChanges, undefined).left]
  const paths = new Set([...recorded.keys(), ...(ofBase === undefined ? known : [])])
  const files = [...paths].flatMap((path): [string, string][] => {
    const text = readText('', join(folder, path))
    return text === undefined ? [] : [[path, withLf(text)]]
  })
  const read = new Map(files)
  const edited = [...recorded].filter(([path, text]) => read.get(path) !== text)
  if (edited.length > 0) {
    const [first, second, third, ...others] = edited.map(([path]) => path)
    const named = [first, second, third, others.length > 0 ? '…' : undefined].filter(Boolean).join(', ')
    throw new Refusal(`"${folder}" is not as it was made: ${named}. ${REMEDY}`)
  }
  return emitted.map((part) => {
    const isCovered = (path: string) => part.fresh.has(path) || (part.record === APP_RECORD && !APART.test(path))
    return { ...part, base: { files: new Map(files.filter(([path]) => isCovered(path))) } }
  })
}

/** Where searchers and sources lie, which have records of their own. */
const APART = /^(?:(?:src|test)\/(?:searchers|sources)|test\/mocks)\//
