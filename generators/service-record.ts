import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listValue } from './list-value.ts'
import { OptionError } from './option-error.ts'
import { searcherPath } from './searcher/searcher-files.ts'
import { ANSWERS, APP_RECORD, readRecord, recordedNames, searcherRecord } from './upgrade/record.ts'
import { type Json, isObject, withFields } from './upgrade/json-edit.ts'
import { withLf } from './upgrade/texts.ts'
import { type Verdict, isArtifactType, isDescription, isSearcherName, isServiceName } from './validators.ts'

/** The name under which `.yo-rc.json` keeps what this generator was told. */
const RECORD_KEY = 'generator-resilient-cts'

/** How a searcher was made, as the options of its command say it: lists, separated by commas. */
export interface SearcherRecord {
  sources: string
  types: string
  /** What files of its sources export where that is not the id of the source: `planet=planetSource`. */
  identifiers?: string
}

/** The answers that `.yo-rc.json` keeps, so that a second run asks nothing again. */
export interface ServiceAnswers {
  name: string
  description: string
  uploadFiles: boolean
}

/** What a service was made from. Each searcher has a file of its own, so that branches that add some can be merged. */
export interface ServiceRecord extends ServiceAnswers {
  searchers: Record<string, SearcherRecord>
}

/**
 * What is recorded of a service of ours in a folder; `undefined` for a folder that holds none.
 *
 * @throws OptionError naming a file that is no JSON, holds what no option could have said, or is missing
 * @throws Refusal naming a record that cannot be read
 */
export function readServiceRecord(folder: string): ServiceRecord | undefined {
  const { text, json } = readAnswers(folder)
  const answers = json[RECORD_KEY]
  if (answers === undefined) {
    if (!existsSync(join(folder, APP_RECORD))) return undefined
    const file = join(folder, ANSWERS)
    if (text !== undefined) throw notOurs(file, `it has no "${RECORD_KEY}".`)
    throw new OptionError(`"${file}" is missing. Take it from git.`)
  }
  const { name, description = '', uploadFiles = false, searchers = {} } = checkedAnswers(folder, answers)
  // before there were records, this file had the searchers too; of these, what was deleted is not to return
  const former = Object.entries(searchers).filter(([searcher]) => existsSync(join(folder, searcherPath(searcher))))
  const recorded = recordedNames(folder, 'searchers').map((searcher) => [searcher, recordOf(folder, searcher)] as const)
  return { name, description, uploadFiles, searchers: Object.fromEntries([...former, ...recorded]) }
}

/**
 * The text of `.yo-rc.json` with these answers; what else it holds stays to the letter.
 *
 * @throws OptionError naming a file that is no JSON
 */
export function withAnswers(folder: string, { name, description, uploadFiles }: ServiceAnswers): string {
  const answers = { name, description, uploadFiles }
  const { text, json } = readAnswers(folder)
  const present = json[RECORD_KEY]
  if (text === undefined) return `${JSON.stringify({ [RECORD_KEY]: answers }, null, 2)}\n`
  if (!isObject(present)) return withFields(text, [{ path: [RECORD_KEY], value: answers }])
  const changed = Object.entries(answers).filter(([key, value]) => present[key] !== value)
  // these have records now
  const edits = [...changed, ['searchers', undefined] as const]
  return withFields(
    text,
    edits.map(([key, value]) => ({ path: [RECORD_KEY, key], value, after: Object.keys(answers) })),
  )
}

/** The service that a folder lies in: its own folder and record, looked for upwards. */
export function findService(folder: string): { root: string; record: ServiceRecord } | undefined {
  const record = readServiceRecord(folder)
  if (record) return { root: folder, record }
  const parent = dirname(folder)
  return parent === folder ? undefined : findService(parent)
}

function recordOf(folder: string, searcher: string): SearcherRecord {
  const path = searcherRecord(searcher)
  const { sources = '', types = '', identifiers } = readRecord(folder, path)?.answers ?? {}
  const record = { sources, types, ...(identifiers === undefined ? {} : { identifiers }) }
  checkSearcher(join(folder, path), [searcher, record])
  return record
}

/** Someone may have edited it by hand, and what it says goes into files. */
function checkedAnswers(folder: string, answers: unknown): Partial<ServiceRecord> & { name: string } {
  const file = join(folder, ANSWERS)
  const { name, description, uploadFiles, searchers = {} } = isObject(answers) ? answers : {}
  if (typeof name !== 'string') throw notOurs(file, `"${RECORD_KEY}" has no "name".`)
  checkIn(file, isServiceName(name))
  if (description !== undefined && description !== '') checkIn(file, isDescription(String(description)))
  if (uploadFiles !== undefined && typeof uploadFiles !== 'boolean') {
    throw notOurs(file, `"uploadFiles" is ${JSON.stringify(uploadFiles)}, not true or false.`)
  }
  if (!isObject(searchers)) throw notOurs(file, '"searchers" are no object.')
  for (const searcher of Object.entries(searchers)) checkSearcher(file, searcher)
  return answers as Partial<ServiceRecord> & { name: string }
}

function checkSearcher(file: string, [name, answers]: readonly [string, unknown]): void {
  const { sources, types, identifiers } = isObject(answers) ? answers : {}
  checkIn(file, isSearcherName(name))
  for (const type of listValue(String(types ?? ''))) checkIn(file, isArtifactType(type))
  // one that this version no longer has is no mistake
  const id = listValue(String(sources ?? '')).find((source) => !/^[\w-]+$/.test(source))
  if (id !== undefined) throw notOurs(file, `"${id}" is no id of a source.`)
  const named = listValue(String(identifiers ?? '')).find((pair) => !/^[\w-]+=\w+$/.test(pair))
  if (named !== undefined) throw notOurs(file, `"${named}" does not say what a source's file exports.`)
}

function checkIn(file: string, verdict: Verdict): void {
  if (verdict !== true) throw notOurs(file, verdict)
}

function notOurs(file: string, reason: string): OptionError {
  return new OptionError(`"${file}" is not as it was written: ${reason} Mend it, or take it from git.`)
}

function readAnswers(folder: string): { text?: string; json: Json } {
  const file = join(folder, ANSWERS)
  let text: string
  try {
    text = withLf(readFileSync(file, 'utf8'))
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR'].includes(code)) return { json: {} }
    throw new OptionError(`"${file}" cannot be read: ${message}. Make it readable, or take it from git.`)
  }
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new OptionError(`"${file}" is no JSON: ${(error as Error).message}. Mend it, or take it from git.`)
  }
  if (!isObject(json)) throw new OptionError(`"${file}" is no JSON object. Mend it, or take it from git.`)
  return { text, json }
}
