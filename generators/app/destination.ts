import { accessSync, constants, existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type ServiceRecord, findService, readServiceRecord } from '../service-record.ts'
import { type Run, begunMaking, runOf } from '../upgrade/record.ts'
import { DEFAULT_NAME } from './defaults.ts'
import { isBlank } from './making.ts'

/** Where a service shall be, and what is recorded of one that is there already. */
export interface Destination {
  folder: string
  record: ServiceRecord | undefined
  /** The run that began to make it, and was interrupted; there is no record then. */
  begun: Run | undefined
}

/** What tells where a service shall be. */
export interface DestinationWish {
  directory?: string | undefined
  name?: string | undefined
}

/**
 * The folder of a service: the directory that is named or, without one, the service that `cwd` is in or a new folder
 * called like the service.
 */
export function destinationFor({ directory, name }: DestinationWish, cwd: string): Destination {
  const ours = directory === undefined ? serviceAround(cwd) : undefined
  const folder = ours ?? resolve(cwd, directory ?? name ?? DEFAULT_NAME)
  const begun = begunMaking(folder)
  return { folder, record: begun ? undefined : readServiceRecord(folder), begun: begun && runOf(begun) }
}

/** The folder of the service that a folder lies in, or of one that was begun in it. */
function serviceAround(cwd: string): string | undefined {
  return begunMaking(cwd) ? cwd : findService(cwd)?.root
}

/** Whether it is known where a service shall be, or was: otherwise its name has to be asked. */
export function isPlaceNamed({ directory, name }: DestinationWish, cwd: string): boolean {
  return directory !== undefined || name !== undefined || serviceAround(cwd) !== undefined
}

/** `true`, or a sentence saying what is in the way of a new service: something else, or a service that is there. */
export function isFreeFor(wish: DestinationWish, cwd: string, { force }: { force?: boolean }): true | string {
  const destination = destinationFor(wish, cwd)
  if (!destination.record || wish.directory !== undefined) return force || isUsable(destination)
  return `"${destination.folder}" holds a service already. Take another name, or run this in it to bring it up to date.`
}

/** `true`, or a sentence saying what is in the way of a service in this folder. */
export function isUsable({ folder, record, begun }: Destination): true | string {
  if (record || begun) return true
  if (!existsSync(folder)) return isFolder(nearestOf(folder))
  if (!statSync(folder).isDirectory()) return `"${folder}" is a file. Name a directory.`
  if (isBlank(folder)) return true
  return `Directory "${folder}" is not empty, and what it holds is no service of this generator. Name another one, or write into it with --force.`
}

/** `true`, or a sentence saying that a new service would lie within another, as when `searcher` was forgotten. */
export function isApart({ folder, record, begun }: Destination): true | string {
  const around = record || begun ? undefined : findService(dirname(folder))?.root
  if (around === undefined) return true
  return `"${folder}" would be a service within "${around}", which is one. A searcher is added with "searcher NAME". Name a directory elsewhere, or write it there with --force.`
}

/**
 * `true`, or a sentence saying why nothing can be written into a folder, be it there or not. What has to be tried is
 * undone: where no folder can be, as in /proc, a recursive mkdir of Node's never ends.
 */
export function isWritable(folder: string): true | string {
  const present = nearestOf(folder)
  try {
    accessSync(present, constants.W_OK | constants.X_OK)
    if (present !== folder) tryOut(firstBelow(present, folder))
    return true
  } catch (error) {
    return `"${folder}" cannot be written: ${reasonOf(error as NodeJS.ErrnoException, present)}. Name a directory that you may write.`
  }
}

function reasonOf({ code }: NodeJS.ErrnoException, present: string): string {
  if (code === 'EACCES' || code === 'EPERM') return `you may not write into ${present}`
  return code === 'EROFS' ? `${present} is read-only` : `no folder can be made in ${present} (${code})`
}

function isFolder(path: string): true | string {
  return statSync(path).isDirectory() || `"${path}" is a file, so nothing can be below it. Name another directory.`
}

/** A folder, or the nearest above it that is there. */
function nearestOf(folder: string): string {
  return existsSync(folder) ? folder : nearestOf(dirname(folder))
}

/** The folder on the way to another that lies directly in the first. */
function firstBelow(present: string, folder: string): string {
  const parent = dirname(folder)
  return parent === present ? folder : firstBelow(present, parent)
}

function tryOut(folder: string): void {
  mkdirSync(folder)
  rmdirSync(folder)
}
