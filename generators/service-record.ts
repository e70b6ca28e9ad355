import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OptionError } from './option-error.ts'
import { searcherPath } from './searcher/searcher-files.ts'
import { ANSWERS, readRecord, recordedNames, searcherRecord } from './upgrade/record.ts'

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
 * @throws OptionError naming a file that is no JSON
 * @throws Refusal naming a record that cannot be read
 */
export function readServiceRecord(folder: string): ServiceRecord | undefined {
  const answers = readAnswers(folder)[RECORD_KEY]
  if (typeof answers?.name !== 'string') return undefined
  const { name, description = '', uploadFiles = false, searchers = {} } = answers
  // before there were records, this file had the searchers too; of these, what was deleted is not to return
  const former = Object.entries(searchers).filter(([searcher]) => existsSync(join(folder, searcherPath(searcher))))
  const recorded = recordedNames(folder, 'searchers').map((searcher) => [searcher, recordOf(folder, searcher)] as const)
  return { name, description, uploadFiles, searchers: Object.fromEntries([...former, ...recorded]) }
}

/**
 * The text of `.yo-rc.json` with these answers; what else it holds stays.
 *
 * @throws OptionError naming a file that is no JSON
 */
export function withAnswers(folder: string, { name, description, uploadFiles }: ServiceAnswers): string {
  const json = { ...readAnswers(folder), [RECORD_KEY]: { name, description, uploadFiles } }
  return `${JSON.stringify(json, null, 2)}\n`
}

/** The service that a folder lies in: its own folder and record, looked for upwards. */
export function findService(folder: string): { root: string; record: ServiceRecord } | undefined {
  const record = readServiceRecord(folder)
  if (record) return { root: folder, record }
  const parent = dirname(folder)
  return parent === folder ? undefined : findService(parent)
}

function recordOf(folder: string, searcher: string): SearcherRecord {
  const { sources = '', types = '', identifiers } = readRecord(folder, searcherRecord(searcher))?.answers ?? {}
  return { sources, types, ...(identifiers === undefined ? {} : { identifiers }) }
}

function readAnswers(folder: string): Record<string, Partial<ServiceRecord> | undefined> {
  let text: string
  try {
    text = readFileSync(join(folder, ANSWERS), 'utf8')
  } catch {
    return {}
  }
  try {
    return JSON.parse(text) as Record<string, Partial<ServiceRecord> | undefined>
  } catch (error) {
    throw new OptionError(
      `"${join(folder, ANSWERS)}" is no JSON: ${(error as Error).message}. Mend it, or take it from git.`,
    )
  }
}
