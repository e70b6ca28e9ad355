import { accessSync, constants, lstatSync, realpathSync, statSync, type Stats } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { Plan } from './plan.ts'
import { JOURNAL } from './record.ts'

/**
 * What is in the way of the files that a plan writes and removes, so that nothing is found out half-way: a file where a
 * folder is to be, a link out of the service, a folder that cannot be written to. Each with what to do about it.
 *
 * @param options `dry` if nothing is to be written, so that it is no matter what can be
 */
export function obstaclesIn(
  root: string,
  { steps, records }: Pick<Plan, 'steps' | 'records'>,
  { dry = false } = {},
): string[] {
  const removed = new Set(steps.flatMap(({ kind, removes }) => (kind === 'remove' ? removes : [])))
  const written = steps.flatMap(({ writes }) => writes.map(({ path }) => path))
  const leaving = steps.flatMap(({ removes }) => removes)
  if (written.length + leaving.length + records.length === 0) return []
  const top = realpathSync(existing(root))
  const all = [...written, ...records.map(({ path }) => path), JOURNAL]
  const found = [
    ...all.map((path) => inTheWayOf(path, { root, top, removed, dry }) ?? atPlace(path, { root, top })),
    ...leaving.map((path) => inTheWayOf(path, { root, top, removed, dry })),
  ]
  return [...new Set(found.filter((obstacle) => obstacle !== undefined))]
}

interface Place {
  root: string
  /** The service's folder, with no link on the way to it. */
  top: string
}

/** What is wrong with the folders that lead to a file. */
function inTheWayOf(
  path: string,
  { root, top, removed, dry }: Place & { removed: ReadonlySet<string>; dry: boolean },
): string | undefined {
  const parts = path.split('/').slice(0, -1)
  let last = existing(root)
  for (const count of parts.keys()) {
    const folder = parts.slice(0, count + 1).join('/')
    const stats = statsOf(join(root, folder))
    // files that go have gone before others come
    if (!stats || removed.has(folder)) break
    const leading = linkTrouble(folder, { root, top }, stats)
    if (leading !== undefined) return leading
    if (!statSync(join(root, folder)).isDirectory()) {
      return `"${folder}" is a file, and "${path}" needs a folder there. Rename or remove it.`
    }
    last = join(root, folder)
  }
  if (dry || isWritable(last)) return undefined
  return `"${relative(root, last).replaceAll(sep, '/') || root}" cannot be written to. Give yourself the right to.`
}

/** What is wrong with what lies in a file's place. */
function atPlace(path: string, place: Place): string | undefined {
  const stats = statsOf(join(place.root, path))
  if (!stats) return undefined
  const leading = linkTrouble(path, place, stats)
  if (leading !== undefined || !stats.isDirectory()) return leading
  return `"${path}" is a folder, where the generator has a file. Rename it.`
}

function linkTrouble(path: string, { root, top }: Place, stats: Stats): string | undefined {
  if (!stats.isSymbolicLink()) return undefined
  let target: string
  try {
    target = realpathSync(join(root, path))
  } catch {
    return `"${path}" is a link that leads nowhere. Mend or remove it.`
  }
  if (target === top || target.startsWith(`${top}${sep}`)) return undefined
  return `"${path}" is a link out of the service, to ${target}, where nothing is written. Put a copy in its place.`
}

/** A folder, or the one above it that is there. */
function existing(folder: string): string {
  return statsOf(folder) ? folder : existing(dirname(folder))
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
