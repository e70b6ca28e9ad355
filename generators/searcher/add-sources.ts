import { identifierIn, importLine, listLines } from './searcher-files.ts'

const LIST = '  sources: ['
const IMPORT = 'import { '

/** Sources to put into the list of a searcher that is there: their ids, and the searcher's name. */
export interface Addition {
  searcher: string
  ids: readonly string[]
}

/**
 * A searcher's code with more sources in its list; those that are in it stay as they are.
 *
 * @returns `undefined` where the code has no list of mere names, as its owner may have made it
 */
export function withSources(code: string, { searcher, ids }: Addition): string | undefined {
  const [before, after, ...others] = code.split(LIST)
  const end = after?.indexOf('],') ?? -1
  if (before === undefined || after === undefined || end === -1 || others.length > 0) return undefined
  const names = after
    .slice(0, end)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (!names.every((name) => /^\w+$/.test(name))) return undefined
  const missing = ids.filter((id) => !names.includes(identifierIn(searcher, id)))
  if (missing.length === 0) return code
  const all = [...names, ...missing.map((id) => identifierIn(searcher, id))]
  return `${withImports(
    before,
    missing.map((id) => importLine(searcher, id)),
  )}${listLines('sources', all)}${after.slice(end + 2)}`
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
