import { existsSync, readdirSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ServiceRecord, findService, readServiceRecord } from '../service-record.ts'
import { DEFAULT_NAME } from './defaults.ts'

/** Where a service shall be, and what is recorded of one that is there already. */
export interface Destination {
  folder: string
  record: ServiceRecord | undefined
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
  const ours = directory === undefined ? findService(cwd) : undefined
  const folder = ours?.root ?? resolve(cwd, directory ?? name ?? DEFAULT_NAME)
  return { folder, record: readServiceRecord(folder) }
}

/** Whether it is known where a service shall be, or was: otherwise its name has to be asked. */
export function isPlaceNamed({ directory, name }: DestinationWish, cwd: string): boolean {
  return directory !== undefined || name !== undefined || findService(cwd) !== undefined
}

/** `true`, or a sentence saying what is in the way of a new service: something else, or a service that is there. */
export function isFreeFor(wish: DestinationWish, cwd: string, { force }: { force?: boolean }): true | string {
  const destination = destinationFor(wish, cwd)
  if (!destination.record || wish.directory !== undefined) return force || isUsable(destination)
  return `"${destination.folder}" holds a service already. Take another name, or run this in it to bring it up to date.`
}

/** `true`, or a sentence saying what is in the way of a service in this folder. */
export function isUsable({ folder, record }: Destination): true | string {
  if (record || !existsSync(folder)) return true
  if (!statSync(folder).isDirectory()) return `"${folder}" is a file. Name a directory.`
  if (readdirSync(folder).every((file) => file === '.git')) return true
  return `Directory "${folder}" is not empty, and what it holds is no service of this generator. Name another one, or write into it with --force.`
}
