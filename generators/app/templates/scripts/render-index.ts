/** The first line of `src/searchers/index.ts`. While it stands there, the file is rewritten; without it, it is the owner's. */
export const INDEX_HEADER =
  '// Rendered from the files in this folder by `npm run searchers`. Delete this line to keep the file by hand.'

/** The names of the searchers or sources in a folder: its TypeScript files but the index, sorted, without the ending. */
export function moduleNames(fileNames: Iterable<string>): string[] {
  return [...fileNames]
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && file !== 'index.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted()
}

/**
 * A searcher's name in the index. The prefix makes any name an identifier (`class`, `2fa`); a hyphen becomes `_` and
 * every other sign its code, so that two names never share one.
 */
export function identifierOf(name: string): string {
  return `searcher_${name.replace(/[^A-Za-z0-9]/g, (sign) => (sign === '-' ? '_' : `$${sign.codePointAt(0)!.toString(16)}$`))}`
}

/** The two lines that a searcher has in the index. */
export function indexLines(name: string): { importLine: string; entryLine: string } {
  return {
    importLine: `import { searcher as ${identifierOf(name)} } from './${name}.ts'`,
    entryLine: `  ${identifierOf(name)},`,
  }
}

/** The text of `src/searchers/index.ts` for searchers of these names. Prettier leaves that file alone, however long its lines. */
export function renderIndex(names: string[]): string {
  const lines = names.map(indexLines)
  return [
    INDEX_HEADER,
    "import type { Searcher } from '../core/define.ts'",
    ...lines.map((line) => line.importLine),
    '',
    '/** Every searcher of this service; the dispatch is made from it. */',
    ...(lines.length === 0
      ? ['export const searchers: Searcher[] = []']
      : ['export const searchers: Searcher[] = [', ...lines.map((line) => line.entryLine), ']']),
    '',
  ].join('\n')
}
