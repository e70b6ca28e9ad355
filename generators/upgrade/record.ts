import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Files } from './texts.ts'
import { Refusal } from './refusal.ts'
import { isVersion } from './versions.ts'
import { writeSafely } from './write-safely.ts'

/** What a version emitted, to the letter: the base of the next merge. */
export interface Snapshot {
  version: string
  files: Files
  /** What the files follow from, beside the version, if they have a record of their own. */
  answers?: Answers
}

/** The options of a command, by name. */
export type Answers = Readonly<Record<string, string>>

/** The record of what every service has; its version is the service's. */
export const APP_RECORD = '.resilient-cts/app.json.gz'

/** The record of a searcher that was made. */
export function searcherRecord(name: string): string {
  return `.resilient-cts/searchers/${name}.json.gz`
}

/** The record of a ready-made source. */
export function sourceRecord(id: string): string {
  return `.resilient-cts/sources/${id}.json.gz`
}

/** The names of the searchers or sources that a service has records of, in order. */
export function recordedNames(root: string, kind: 'searchers' | 'sources'): string[] {
  const folder = join(root, '.resilient-cts', kind)
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names.flatMap((name) => /^(.+)\.json\.gz$/.exec(name)?.[1] ?? []).toSorted()
}

/** Far above any record, and far below what a forged one could unpack to. */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Reads a record.
 *
 * @param path of the record, from the service's folder
 * @returns `undefined` if there is none
 * @throws Refusal if it cannot be read
 */
export function readRecord(root: string, path: string): Snapshot | undefined {
  let packed: Buffer
  try {
    packed = readFileSync(join(root, path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw broken(path, (error as Error).message)
  }
  try {
    return parse(gunzipSync(packed, { maxOutputLength: MAX_BYTES }).toString())
  } catch (error) {
    throw broken(path, (error as Error).message)
  }
}

/**
 * Writes a record where what it holds differs from what is there: compared unpacked, since the packed bytes vary with
 * the version of Node. A record of no files is removed.
 *
 * @returns whether anything was written
 */
export function writeRecord(root: string, path: string, snapshot: Snapshot): boolean {
  const present = readRecord(root, path)
  if (snapshot.files.size === 0) {
    rmSync(join(root, path), { force: true })
    return present !== undefined
  }
  if (present && isSame(present, snapshot)) return false
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeSafely(join(root, path), pack(textOf(snapshot)))
  return true
}

/** Packs alike on every system, so that git sees the same where two people have done the same. */
function pack(text: string): Buffer {
  const packed = gzipSync(text, { level: 9 })
  // which system it was packed on: unknown (RFC 1952, 2.3.1)
  packed[9] = 255
  return packed
}

/** Whether two snapshots say the same. */
export function isSame(a: Snapshot, b: Snapshot): boolean {
  return textOf(a) === textOf(b)
}

function textOf({ version, answers, files }: Snapshot): string {
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify({ version, answers, files: Object.fromEntries(sorted) })
}

function parse(text: string): Snapshot {
  const { version, answers, files } = JSON.parse(text) as { version?: unknown; answers?: Answers; files?: unknown }
  if (typeof version !== 'string' || !isVersion(version)) throw new Error('it has no version')
  if (typeof files !== 'object' || files === null) throw new Error('it has no files')
  for (const [path, file] of Object.entries(files)) {
    if (typeof file !== 'string') throw new Error(`"${path}" has no text`)
    // what a record names may be removed
    if (/^$|^[/\\]|^\w:|\\|(?:^|\/)\.\.?(?:\/|$)/.test(path)) throw new Error(`"${path}" is no path in a service`)
  }
  return { version, ...(answers ? { answers } : {}), files: new Map(Object.entries(files as Record<string, string>)) }
}

function broken(path: string, reason: string): Refusal {
  return new Refusal(
    `"${path}" cannot be read: ${reason}. Take it from git (git checkout -- ${path}); or remove it and name with --base DIR a service freshly made by the version that this one is of.`,
  )
}

/** What a run is about to write: there only while it runs, or after it was interrupted. */
export const JOURNAL = '.resilient-cts/unfinished.json.gz'

/**
 * Reads the journal of a run that was interrupted.
 *
 * @param version this version
 * @returns `undefined` if none was
 * @throws Refusal if it was one to another version, which has to go on with it
 */
export function readJournal(root: string, version: string): Snapshot | undefined {
  const journal = readRecord(root, JOURNAL)
  if (!journal || journal.version === version) return journal
  throw new Refusal(
    `An upgrade to ${journal.version} was interrupted. Finish it first, with generator-resilient-cts@${journal.version}.`,
  )
}
