import { isBinary } from './binary.ts'
import { followMoves } from './imports.ts'
import type { Match } from './match.ts'
import { mergePackage } from './package-json.ts'
import { type Kind, type Step, type Surroundings, leaving, newPath, withNewBeside, writing } from './step.ts'
import { decide } from './decide.ts'
import { withLf } from './texts.ts'
import { conflictLines, hasMarkers } from './merge.ts'

/** The steps of one file: one or, where the owner has another file where it is to be, two. */
export function fileSteps(match: Match, surroundings: Surroundings): Step[] {
  if (isWritten(match, surroundings)) return [writtenStep(match, surroundings)]
  if (!match.occupied) return [stepFor(match, surroundings)]
  const { path, at, was, base, ours, fresh } = match
  const occupant = withLf(surroundings.disk.get(path)!)
  return [
    stepFor({ path, at: path, ours: occupant, fresh }, surroundings),
    stepFor({ path: at!, at, was, base, ours }, surroundings),
  ]
}

function stepFor(match: Match, surroundings: Surroundings): Step {
  const { path, was, at, base, ours, fresh } = match
  if (isUnresolved(match)) return { ...leaving(path), kind: 'unresolved' }
  const verdict = decide(match)
  switch (verdict) {
    case 'add':
    case 'replace':
      return writing({ match, kind: verdict, text: fresh! }, surroundings)
    case 'deleted':
      return { ...leaving(path), kind: 'deleted', misses: fresh !== base }
    case 'remove':
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

/** Whether a file has conflicts of the last upgrade, and does not have such lines by itself. */
function isUnresolved({ base, ours, fresh }: Match): boolean {
  return ours !== undefined && hasMarkers(ours) && !hasMarkers(base ?? '') && !hasMarkers(fresh ?? '')
}

/** Whether an interrupted run has written a file, and nobody has edited it since. */
function isWritten({ path, fresh }: Match, { disk, unfinished }: Surroundings): boolean {
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
  const { text, conflicts } = surroundings.merge({ base, ours, fresh, from, to })
  if (path.endsWith('.json') && conflicts.length === 0 && !parses(text) && parses(ours) && parses(fresh)) {
    return besideStep(match, surroundings)
  }
  return { ...unlessDone(writing({ match, kind: 'merge', text }, surroundings)), conflicts }
}

/** Merges a `package.json`; without a record, everything that its owner has is taken for an edit. */
export function packageStep({ base = '{}', ...match }: Edited, surroundings: Surroundings): Step {
  const { text, notes } = mergePackage({ ...match, base })
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
