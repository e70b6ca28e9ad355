import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OptionError } from './option-error.ts'

/** The name under which `.yo-rc.json` keeps what this generator was told. */
export const RECORD_KEY = 'generator-resilient-cts'

/** How a searcher was made, as the options of its command say it: `types` are separated by commas. */
export interface SearcherRecord {
  source: string
  types: string
}

/** The answers that `.yo-rc.json` keeps, so that a second run asks nothing again. */
export interface ServiceRecord {
  name: string
  description: string
  uploadFiles: boolean
  searchers: Record<string, SearcherRecord>
}

/**
 * What a folder's `.yo-rc.json` says of a service of ours; `undefined` for a folder that holds none.
 *
 * @throws OptionError naming a file that is no JSON
 */
export function readRecord(folder: string): ServiceRecord | undefined {
  let text: string
  try {
    text = readFileSync(join(folder, '.yo-rc.json'), 'utf8')
  } catch {
    return undefined
  }
  const record = parse(join(folder, '.yo-rc.json'), text)[RECORD_KEY]
  if (typeof record?.name !== 'string') return undefined
  return {
    name: record.name,
    description: record.description ?? '',
    uploadFiles: record.uploadFiles ?? false,
    searchers: record.searchers ?? {},
  }
}

/** The service that a folder lies in: its own folder and record, looked for upwards. */
export function findService(folder: string): { root: string; record: ServiceRecord } | undefined {
  const record = readRecord(folder)
  if (record) return { root: folder, record }
  const parent = dirname(folder)
  return parent === folder ? undefined : findService(parent)
}

function parse(path: string, text: string): Record<string, Partial<ServiceRecord> | undefined> {
  try {
    return JSON.parse(text) as Record<string, Partial<ServiceRecord> | undefined>
  } catch (error) {
    throw new OptionError(`"${path}" is no JSON: ${(error as Error).message}. Mend it, or take it from git.`)
  }
}
