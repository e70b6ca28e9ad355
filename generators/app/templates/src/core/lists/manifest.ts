import * as v from 'valibot'
import {
  fetchSchema,
  fileSchema,
  taxiiSchema,
  type FetchOptions,
  type ListOptions,
  type TaxiiOptions,
} from './list-options.ts'
import { ListsError } from './errors.ts'

/** More lists than these are described by their folder. */
const MAX_ENTRIES = 1000

/** `lists.json`, checked. */
export interface Manifest {
  /** By the path of a file, or of a folder with `/` at its end. */
  files: ReadonlyMap<string, ListOptions>
  /** By `fetch:NAME`. */
  fetched: ReadonlyMap<string, FetchOptions>
  /** By `taxii:NAME`. */
  collections: ReadonlyMap<string, TaxiiOptions>
}

/** What counts without a `lists.json`. */
export const NO_MANIFEST: Manifest = { files: new Map(), fetched: new Map(), collections: new Map() }

/**
 * Reads `lists.json`, all of it.
 * @throws {ListsError} that names every mistake.
 */
export function readManifest(content: string): Manifest {
  const problems: string[] = []
  const files = new Map<string, ListOptions>()
  const fetched = new Map<string, FetchOptions>()
  const collections = new Map<string, TaxiiOptions>()
  for (const [name, value] of Object.entries(parse(content))) {
    const kind = kindOf(name)
    if (kind === 'file') check(fileSchema, name, value, { into: files, problems })
    else if (kind === 'fetch') check(fetchSchema, name, value, { into: fetched, problems })
    else if (kind === 'taxii') check(taxiiSchema, name, value, { into: collections, problems })
    else
      problems.push(
        `lists.json: "${name}" must be the path of a file or folder, such as "bad/urlhaus.csv" or "bad/misp/", or` +
          ' "fetch:NAME" or "taxii:NAME"',
      )
  }
  if (problems.length > 0) throw new ListsError(problems)
  return { files, fetched, collections }
}

/** What is said of a file: by its path, else by the innermost of its folders that is named. */
export function optionsOf({ files }: Manifest, path: string): ListOptions {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 2) + 1) {
    const found = files.get(path.slice(0, end))
    if (found) return found
  }
  return {}
}

function parse(content: string): Record<string, unknown> {
  let json: unknown
  try {
    json = JSON.parse(content.replace(/^\u{feff}/u, ''))
  } catch (error) {
    throw new ListsError([`lists.json is no JSON: ${error instanceof Error ? error.message : String(error)}`])
  }
  const checked = v.safeParse(v.record(v.string(), v.unknown()), json)
  if (!checked.success || Array.isArray(json))
    throw new ListsError(['lists.json must be an object, such as { "bad/urlhaus.csv": { "maxAgeHours": 24 } }'])
  const { length } = Object.keys(checked.output)
  if (length > MAX_ENTRIES)
    throw new ListsError([`lists.json has ${length} entries, ${MAX_ENTRIES} are enough: name folders, not each file`])
  return checked.output
}

function kindOf(name: string): 'file' | 'fetch' | 'taxii' | undefined {
  if (/^(?:own|good|bad)\/(?:[^/.][^/]*(?:\/|$))*$/.test(name)) return 'file'
  const [, kind] = /^(fetch|taxii):[\w.-]+$/.exec(name) ?? []
  return kind === 'fetch' || kind === 'taxii' ? kind : undefined
}

function check<T>(
  schema: v.GenericSchema<unknown, T>,
  name: string,
  value: unknown,
  { into, problems }: { into: Map<string, T>; problems: string[] },
): void {
  // to valibot an array is an object
  const checked = v.safeParse(schema, Array.isArray(value) ? undefined : value)
  if (checked.success) into.set(name, checked.output)
  else
    for (const { path, message } of checked.issues.slice(0, 10)) {
      const key = path?.map((item) => String(item.key)).join('.')
      problems.push(`lists.json: "${name}"${key ? `: ${key}` : ''} ${message}`)
    }
}
