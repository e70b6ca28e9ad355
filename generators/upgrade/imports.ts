import { posix } from 'node:path'

/** Where files have moved: new path by old path. */
export type Moves = ReadonlyMap<string, string>

/** A code file, and where it is to be. */
export interface MovingCode {
  text: string
  path: string
  to?: string
  moves: Moves
}

/** A relative path after `from`, `import`, `import(` or, beside `import.meta.url`, `new URL(`. */
const SPECIFIER =
  /(\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*(?=[^,\n]*,\s*import\.meta\.url))(['"])(\.{1,2}\/[^'"\n]*)\2/g

/** Whether a path is one of code that may import. */
export function isCode(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path)
}

/**
 * A code file's text, in which relative imports lead where they led before: files have moved, and it itself may move.
 * A text that is not code stays as it is.
 */
export function followMoves({ text, path, to = path, moves }: MovingCode): string {
  if (!isCode(path)) return text
  return text.replaceAll(SPECIFIER, (whole, before: string, quote: string, specifier: string) => {
    const target = posix.join(posix.dirname(path), specifier)
    const moved = movedTarget(target, moves)
    if (moved === undefined && posix.dirname(to) === posix.dirname(path)) return whole
    return `${before}${quote}${relativeTo(to, moved ?? target)}${quote}`
  })
}

/** The paths of what a code file imports by relative paths, as they are written: with their endings, or without. */
export function importsOf(text: string, path: string): string[] {
  return Array.from(text.matchAll(SPECIFIER), ([, , , specifier]) => posix.join(posix.dirname(path), specifier!))
}

/** Where a target has moved, named with or without its extension, or with that of its compiled form. */
function movedTarget(target: string, moves: Moves): string | undefined {
  const exact = moves.get(target)
  if (exact !== undefined) return exact
  const compiled = /\.([cm]?)js$/.exec(target)
  if (compiled) {
    const source = moves.get(target.replace(/js$/, 'ts'))
    return source?.replace(/ts$/, 'js')
  }
  return moves.get(`${target}.ts`)?.replace(/\.ts$/, '')
}

function relativeTo(from: string, target: string): string {
  const path = posix.relative(posix.dirname(from), target)
  const ending = target.endsWith('/') && path !== '' ? '/' : ''
  return path === '' ? './' : `${/^\.\.(?:\/|$)/.test(path) ? '' : './'}${path}${ending}`
}
