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
  /** What the upgrade to this version left for its owner to resolve: files with conflicts, and what lies beside others. */
  left?: readonly string[]
}

/** What something follows from, such as the options of a command, by name. */
export type Answers = Readonly<Record<string, string>>

/** Where Yeoman keeps the answers of its generators. */
export const ANSWERS = '.yo-rc.json'

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
    const { code = '', message } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined
    throw new Refusal(`"${path}" cannot be read: ${message}. Make it readable, or move it away.`)
  }
  try {
    return parse(gunzipSync(packed, { maxOutputLength: MAX_BYTES }).toString())
  } catch (error) {
    throw broken(path, (error as Error).message)
  }
}

/**
 * Every record that a service has.
 *
 * @throws Refusal if one cannot be read
 */
export function allRecords(root: string): Snapshot[] {
  const searchers = recordedNames(root, 'searchers').map(searcherRecord)
  const sources = recordedNames(root, 'sources').map(sourceRecord)
  return [APP_RECORD, ...searchers, ...sources].flatMap((path) => readRecord(root, path) ?? [])
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
  if (present && isSame(present, snapshot) && String(present.left ?? []) === String(snapshot.left ?? [])) return false
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

/** Whether two snapshots say the same of what was emitted. */
export function isSame(a: Snapshot, b: Snapshot): boolean {
  return textOf({ ...a, left: [] }) === textOf({ ...b, left: [] })
}

function textOf({ version, answers, left = [], files }: Snapshot): string {
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify({
    version,
    answers,
    ...(left.length > 0 ? { left } : {}),
    files: Object.fromEntries(sorted),
  })
}

function parse(text: string): Snapshot {
  const { version, answers, left, files } = JSON.parse(text) as Partial<Record<keyof Snapshot, unknown>>
  if (typeof version !== 'string' || !isVersion(version)) throw new Error('it has no version')
  if (typeof files !== 'object' || files === null) throw new Error('it has no files')
  for (const [path, file] of Object.entries(files)) {
    if (typeof file !== 'string') throw new Error(`"${path}" has no text`)
    // what a record names may be removed
    if (/^$|^[/\\]|^\w:|\\|(?:^|\/)\.\.?(?:\/|$)/.test(path)) throw new Error(`"${path}" is no path in a service`)
  }
  return {
    version,
    ...(answers ? { answers: answers as Answers } : {}),
    ...(Array.isArray(left) ? { left: left.map(String) } : {}),
    files: new Map(Object.entries(files as Record<string, string>)),
  }
}

function broken(path: string, reason: string): Refusal {
  return new Refusal(
    `"${path}" cannot be read: ${reason}. Take it from git (git checkout -- ${path}); or remove it and name with --base DIR a service freshly made by the version that this one is of.`,
  )
}

/** What a run is about to write: there only while it runs, or after it was interrupted. */
export const JOURNAL = '.resilient-cts/unfinished.json.gz'

/** What a run that changes a service does: which command it is, and the options to run it again with. */
export type Run = Answers & { command: 'make' | 'upgrade' | 'searcher' }

/** What a run was doing that was interrupted. */
export function runOf({ answers }: Snapshot): Run {
  return { command: 'upgrade', ...answers } as Run
}

/** What was written of a service whose making was interrupted; `undefined` where none was. */
export function begunMaking(root: string): Snapshot | undefined {
  const journal = readRecord(root, JOURNAL)
  return journal && runOf(journal).command === 'make' ? journal : undefined
}

/** Whether two runs are of the same command, so that the one can complete the other. */
export function isSameRun(one: Run, other: Run): boolean {
  return one.command === other.command && one['searcher'] === other['searcher']
}

/** What to do about a run that was interrupted, before another one. */
export function interruption(journal: Snapshot): string {
  const { command, searcher, ...options } = runOf(journal)
  if (command === 'make') return 'The making of this service was interrupted. Finish it first: run that command again.'
  const isUpgrade = command === 'upgrade'
  const words = Object.entries(options).map(([option, value]) => ` --${option} ${value}`)
  const again = `resilient-cts${isUpgrade ? '' : ` searcher ${searcher}${words.join('')}`}`
  const what = isUpgrade ? `An upgrade to ${journal.version}` : `Adding the searcher "${searcher}"`
  return `${what} was interrupted. Finish it first, with "${again}" of generator-resilient-cts@${journal.version}; or take it back, with "git stash --include-untracked".`
}
