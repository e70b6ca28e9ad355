import { isBinary } from './binary.ts'
import { followMoves } from './imports.ts'
import type { Match } from './match.ts'
import { mergePackage } from './package-json.ts'
import { type Kind, type Step, type Surroundings, blocked, leaving, newPath, withNewBeside, writing } from './step.ts'
import { type Verdict, decide } from './decide.ts'
import { withLf } from './texts.ts'
import { conflictLines, hasMarkers } from './merge.ts'
import { Refusal } from './refusal.ts'

/** The steps of one file: one or, where the owner has another file where it is to be, two. */
export function fileSteps(match: Match, surroundings: Surroundings): Step[] {
  if (isWritten(match, surroundings)) return [writtenStep(match, surroundings)]
  if (!match.occupied) return [stepFor(match, surroundings)]
  const { path, at, ours, fresh } = match
  const occupant = withLf(surroundings.disk.get(path)!)
  // what imports the file finds it where it was
  return [
    stepFor({ path, at: path, ours: occupant, fresh }, surroundings),
    keptStep({ path: at!, at: at!, ours: ours! }, surroundings),
  ]
}

function stepFor(match: Match, surroundings: Surroundings): Step {
  const { path, was, at, base, ours, fresh } = match
  const verdict = decide(match)
  const illegible = at === undefined ? undefined : surroundings.illegible.get(at)
  if (illegible !== undefined) {
    return at === path && (verdict === 'leave' || verdict === 'keep') ? leaving(path) : blocked(path, illegible)
  }
  if (isUnresolved(match, verdict, surroundings)) return { ...leaving(path), kind: 'unresolved' }
  const beside = newPath(was ?? path)
  if (verdict === 'merge' && surroundings.left.has(beside) && surroundings.disk.has(beside))
    return { ...leaving(path), kind: 'unresolved', beside }
  switch (verdict) {
    case 'add':
    case 'replace':
      return writing({ match, kind: verdict, text: fresh! }, surroundings)
    case 'deleted':
      return { ...leaving(path), kind: 'deleted', misses: fresh !== base }
    case 'remove':
      if (surroundings.needed.has(path)) return keptStep({ ...match, ours: ours!, at: at! }, surroundings)
      return { ...leaving(path), kind: 'remove', removes: [path] }
    case 'keep':
    case 'leave':
      return ours === undefined ? leaving(path) : keptStep({ ...match, ours, at: at! }, surroundings)
    case 'beside':
    case 'merge': {
      const edited = { ...match, at: at!, ours: ours!, fresh: fresh! }
      if (path === 'package.json') return packageStep(edited, surroundings)
      if (verdict === 'beside' || isBinary(path)) return besideStep(edited, surroundings)
      return mergeStep({ ...edited, base: base!, was: was! }, surroundings)
    }
  }
}

/** A file that stays as its owner has it, but for imports that follow what has moved. */
function keptStep(match: Match & { ours: string; at: string }, surroundings: Surroundings): Step {
  const { path, at, ours, fresh } = match
  // the new text has its imports right
  const text = ours === fresh ? ours : oursInPlace(match, surroundings)
  const left = at !== path ? 'move' : text === ours ? 'leave' : 'follow'
  return writing({ match, kind: fresh === undefined ? 'keep' : left, text }, surroundings)
}

/**
 * Whether a file has conflicts that are to be resolved first: those that the last upgrade left in it, or others, if it is
 * to be merged. Not lines like those of a conflict that it has by itself, as an example may.
 */
function isUnresolved(
  { path, was = path, base, ours, fresh }: Match,
  verdict: Verdict,
  { left, unfinished }: Surroundings,
): boolean {
  if (ours === undefined || !hasMarkers(ours) || hasMarkers(base ?? '') || hasMarkers(fresh ?? '')) return false
  return verdict === 'merge' || left.has(was) || hasMarkers(unfinished.get(path) ?? '')
}

/** Whether an interrupted run has written a file, and nobody has edited it since. */
export function isWritten(
  { path, fresh }: Match,
  { disk, unfinished }: Pick<Surroundings, 'disk' | 'unfinished'>,
): boolean {
  // a package.json can be merged again: its fields are as they were
  if (fresh === undefined || path === 'package.json') return false
  return unfinished.has(path) && disk.get(path) === unfinished.get(path)
}

/** A file that an interrupted run has written. It may still be in its old place, too. */
function writtenStep(match: Match, surroundings: Surroundings): Step {
  const { path, fresh } = match
  const { disk, unfinished } = surroundings
  const text = withLf(disk.get(path)!)
  const kind: Kind = text === fresh ? 'replace' : 'merge'
  const step = {
    ...writing({ match, kind, text }, surroundings),
    conflicts: kind === 'merge' ? conflictLines(text) : [],
  }
  return unfinished.has(newPath(path)) ? withNewBeside(step, match, surroundings) : step
}

/** A file that both sides have, and of which neither is what was emitted last. */
export type Edited = Match & { ours: string; fresh: string; at: string }

/** Merges a file with its owner's edits. */
export function mergeStep(match: Edited & { base: string; was: string }, surroundings: Surroundings): Step {
  const { path, was, fresh } = match
  const base = followMoves({ text: match.base, path: was, to: path, moves: surroundings.moves })
  const ours = oursInPlace(match, surroundings)
  const { from, to } = surroundings
  if (ours.includes('\0')) return blocked(path, `"${match.at}" holds a NUL byte, so it cannot be merged. Take it out.`)
  const merged = orRefusal(() => surroundings.merge({ base, ours, fresh, from, to }))
  if (merged instanceof Refusal) return blocked(path, merged.message)
  const { text, conflicts } = merged
  if (path.endsWith('.json') && conflicts.length === 0 && !parses(text) && parses(ours) && parses(fresh)) {
    return besideStep(match, surroundings)
  }
  return { ...unlessDone(writing({ match, kind: 'merge', text }, surroundings)), conflicts }
}

function orRefusal<T>(merge: () => T): T | Refusal {
  try {
    return merge()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** Merges a `package.json`; without a record, everything that its owner has is taken for an edit. */
export function packageStep({ base = '{}', ...match }: Edited, surroundings: Surroundings): Step {
  const merged = orRefusal(() => mergePackage({ ...match, base }))
  if (merged instanceof Refusal) return blocked(match.path, merged.message)
  const { text, notes } = merged
  return { ...unlessDone(writing({ match, kind: 'merge', text }, surroundings)), notes }
}

/** Keeps the owner's file, and lays the new one beside it. */
export function besideStep(match: Edited, surroundings: Surroundings): Step {
  const step = writing({ match, kind: 'beside', text: oursInPlace(match, surroundings) }, surroundings)
  return withNewBeside(step, match, surroundings)
}

/** The owner's text as it reads where the file is to be, once everything has moved. */
export function oursInPlace(
  { path, at, ours }: Pick<Edited, 'path' | 'at' | 'ours'>,
  { moves }: Pick<Surroundings, 'moves'>,
): string {
  return followMoves({ text: ours, path: at, to: path, moves })
}

function unlessDone(step: Step): Step {
  return step.writes.length + step.removes.length === 0 ? { ...step, kind: 'leave' } : step
}

function parses(json: string): boolean {
  try {
    JSON.parse(json)
    return true
  } catch {
    return false
  }
}
