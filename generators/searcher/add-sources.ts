import { type Naming, identifierIn, importLine, listLines } from './searcher-files.ts'

const LIST = '  sources: ['
const TYPES = '  artifactTypes: ['
const IMPORT = 'import { '
/** The file of a source that is imported by a name. */
const IMPORTED = (name: string) => new RegExp(`^import \\{ ${name} \\} from '\\.\\./sources/([^']+)\\.ts'`, 'm')

/** Sources to put into the list of a searcher that is there, by their ids. */
export interface Addition {
  searcher: Naming
  ids: readonly string[]
}

/**
 * A searcher's code with more sources in its list; those that are in it stay as they are.
 *
 * @returns `undefined` where the code has no list of mere names, as its owner may have made it
 */
export function withSources(code: string, { searcher, ids }: Addition): string | undefined {
  const list = listIn(code, LIST)
  if (!list?.entries.every((name) => /^\w+$/.test(name))) return undefined
  const { before, entries: names, after } = list
  const missing = ids.filter((id) => !names.includes(identifierIn(searcher, id)))
  if (missing.length === 0) return code
  const all = [...names, ...missing.map((id) => identifierIn(searcher, id))]
  return `${withImports(
    before,
    missing.map((id) => importLine(searcher, id)),
  )}${listLines('sources', all)}${after}`
}

/** What a searcher's code says that it asks about what; `undefined` where either is no list of mere names. */
export function askedIn(code: string): { sources: string[]; types: string[] } | undefined {
  const sources = listIn(code, LIST)?.entries
  const types = listIn(code, TYPES)?.entries.map((type) => /^(['"])([\w.]+)\1$/.exec(type)?.[2])
  if (!sources?.every((name) => /^\w+$/.test(name)) || !types?.every((type) => type !== undefined)) return undefined
  return { sources: sources.map((name) => IMPORTED(name).exec(code)?.[1] ?? name), types }
}

/** A list among a searcher's properties, and the code around it; `undefined` if there is none, or more than one. */
function listIn(code: string, begin: string): { before: string; entries: string[]; after: string } | undefined {
  const [before, rest, ...others] = code.split(begin)
  const end = rest?.indexOf('],') ?? -1
  if (before === undefined || rest === undefined || end === -1 || others.length > 0) return undefined
  const entries = rest
    .slice(0, end)
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  return { before, entries, after: rest.slice(end + 2) }
}

/** The lines that such a list needs, for those who add them by hand. */
export function linesToAdd({ searcher, ids }: Addition): string {
  const names = ids.map((id) => identifierIn(searcher, id))
  return [...ids.map((id) => importLine(searcher, id)), `  sources: [..., ${names.join(', ')}],`].join('\n')
}

/** Code with more imports after those that it has. */
function withImports(code: string, lines: readonly string[]): string {
  const all = code.split('\n')
  const place = all.findLastIndex((line) => line.startsWith(IMPORT)) + 1
  return all.toSpliced(place, 0, ...lines.filter((line) => !all.includes(line))).join('\n')
}
