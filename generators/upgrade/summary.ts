import { type Conflict, type Outline, outlineOf } from './outline.ts'
import type { Note } from './package-json.ts'
import { type Plan, hasWork } from './plan.ts'
import { APP_RECORD } from './record.ts'

/**
 * What an upgrade says of itself: lines to print.
 *
 * @param options `ahead` if it is not done yet
 */
export function summaryOf(plan: Plan, name: string, { ahead = false } = {}): string[] {
  const outline = outlineOf(plan)
  const { from, to, conflicts, obstacles } = outline
  const works = hasWork(plan)
  if (!works && conflicts.length + obstacles.length === 0) return [`${name} is up to date: ${to}.`]
  return [
    `${ahead && works ? 'To come: ' : ''}${name} ${from === null || from === to ? to : `${from} → ${to}`}`,
    ...recordLines(plan),
    ...(plan.unrecorded.length > 0 ? [list('Without a record, so left as it is', folded(plan.unrecorded))] : []),
    ...fileLines(outline),
    ...outline.packageJson.map(noteLine),
    ...conflictLines(plan),
    ...(works && !ahead ? [nextLine(plan)] : []),
  ]
}

function recordLines({ recorded, from }: Plan): string[] {
  if (recorded) return []
  return [from === undefined ? WITHOUT_RECORD : lostRecord(from)]
}

function lostRecord(from: string): string {
  return `The record ${APP_RECORD} is missing, though others are there. So what you have edited cannot be merged, unless you take it from git (git checkout -- ${APP_RECORD}), or --base DIR names a service that is freshly made by version ${from}.`
}

const WITHOUT_RECORD =
  'There is no record of what was emitted: this service was made before there was one. So what you have edited cannot be merged, unless --base DIR names a service that is freshly made by the same old version.'

function fileLines(outline: Outline): string[] {
  const { replaced, added, moved, removed, made } = outline
  const counts = [
    replaced.length > 0 ? `Replaced, unedited: ${replaced.length} ${replaced.length === 1 ? 'file' : 'files'}` : '',
    ...Object.entries({ Added: added, Moved: moved, Removed: removed }).map(([label, { length }]) =>
      length > 0 ? `${label}: ${length}` : '',
    ),
    list('Made anew', made),
  ]
  const kept = [list('Left deleted', folded(outline.leftDeleted)), list('Kept, no longer ours', folded(outline.kept))]
  return [
    counts.filter(Boolean).join('   '),
    list('Merged with your edits', folded(outline.merged)),
    list('Imports follow what has moved', outline.followed),
    kept.filter(Boolean).join('   '),
  ].filter(Boolean)
}

function list(label: string, paths: readonly string[]): string {
  return paths.length === 0 ? '' : `${label}: ${paths.join(', ')}`
}

/** Paths, with one entry for a folder of which there would be more than three. */
function folded(paths: readonly string[]): string[] {
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1)
  const entries = paths.map((path) => {
    const folder = folderOf(path)
    const together = paths.filter((other) => folderOf(other) === folder)
    return folder !== '' && together.length > 3 ? `${folder}…` : path
  })
  return [...new Set(entries)]
}

function noteLine({ field, ours, fresh, taken }: Note): string {
  if (taken)
    return `package.json: ${field} was yours: ${JSON.stringify(ours)}; ours is higher: ${JSON.stringify(fresh)}`
  const owner = ours === undefined ? 'is removed by you' : 'is yours'
  return `package.json: ${field} ${owner}; ${fresh === undefined ? 'no longer ours' : `newer: ${JSON.stringify(fresh)}`}`
}

/** What a plan leaves to be resolved by hand, and what is in its way. */
export function conflictLines(plan: Plan): string[] {
  const { conflicts } = outlineOf(plan)
  const placesOf = (left: boolean) => conflicts.filter((conflict) => left === (conflict.left === true)).map(placeOf)
  return [
    list('CONFLICTS, resolve by hand', placesOf(false)),
    list('CONFLICTS left from before', placesOf(true)),
    ...plan.obstacles.map((obstacle) => `IN THE WAY: ${obstacle}`),
  ].filter(Boolean)
}

function placeOf({ path, lines, beside }: Conflict): string {
  if (beside !== undefined) return `${path} (the new one is ${beside}; remove it when you have merged it)`
  return lines.length === 0 ? path : `${path} (${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')})`
}

/** What to do once an upgrade is done. */
export function nextLine({ steps, unfinished }: Plan): string {
  const isWritten = steps.some(({ path, writes }) => path === 'package.json' && writes.length > 0)
  const installs = isWritten || unfinished?.has('package.json')
  return `Next: ${installs ? 'npm install && ' : ''}npm run typecheck && npm test`
}

/** The end of a dry run. */
export const NOTHING_WRITTEN = 'Nothing was written: this was a dry run.'

/** What a plan does, file by file. */
export function plannedLines({ steps }: Plan): string[] {
  const working = steps.filter(({ writes, removes }) => writes.length + removes.length > 0)
  return working.map(({ kind, from, path }) => `  ${kind.padEnd(7)} ${from === undefined ? '' : `${from} → `}${path}`)
}
