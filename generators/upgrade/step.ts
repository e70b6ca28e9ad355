import type { Verdict } from './decide.ts'
import { type Files, withLf, withLineEndsOf } from './texts.ts'
import type { Moves } from './imports.ts'
import type { Match } from './match.ts'
import type { Merge } from './merge.ts'
import type { Note } from './package-json.ts'

/**
 * What is done with a file: the verdict on it, or
 *
 * - `move`: it moves as its owner has it
 * - `follow`: its imports follow what has moved, and nothing else changes
 * - `make`: it is made from what the service holds, as its index is
 * - `unresolved`: it still has conflicts that are to be resolved first
 * - `blocked`: nothing is done with it, since there is an obstacle
 */
export type Kind = Verdict | 'move' | 'follow' | 'make' | 'unresolved' | 'blocked'

/** What is done with one file. */
export interface Step {
  kind: Kind
  path: string
  /** Where it has been, if it moves. */
  from?: string
  /** What is written; nothing where the disk has it already. */
  writes: Write[]
  /** Removed once everything is written that this step writes. */
  removes: string[]
  /** The lines, from 1, at which conflicts begin in what is written. */
  conflicts: number[]
  /** What lies beside it for its owner to merge by hand. */
  beside?: string
  /** What is in the way, and what to do about it: a sentence or two. */
  obstacle?: string
  /** Whether it stays deleted although this version changes it. */
  misses?: boolean
  /** Fields of a `package.json` that are the owner's. */
  notes?: Note[]
}

/** A file to be written, with the line ends that it is to have on disk. */
export interface Write {
  path: string
  text: string
  /** The file whose mode it takes, if that is there. */
  like: string
}

/** What the steps of one upgrade have in common. */
export interface Surroundings {
  disk: Files
  /** What of it is no text that can be read: why, by path. */
  illegible: ReadonlyMap<string, string>
  /** What the last upgrade left for its owner to resolve: files with conflicts, and what it laid beside others. */
  left: ReadonlySet<string>
  /** The paths that stay although this version no longer has them. */
  needed: ReadonlySet<string>
  /** What an interrupted run of the same upgrade has written, or was about to. */
  unfinished: Files
  moves: Moves
  merge: Merge
  /** The versions that are named in conflicts. */
  from: string
  to: string
}

/** Where a new file lies beside the owner's, who is to merge it by hand. */
export function newPath(path: string): string {
  return `${path}.new`
}

/** Whether a path is one of a new file that lies beside its owner's. */
export function isBeside(path: string): boolean {
  return path !== originalPath(path)
}

/** The owner's file that a new one lies beside. */
export function originalPath(beside: string): string {
  return beside.replace(/\.new$/, '')
}

/** A step that changes nothing. */
export function leaving(path: string): Step {
  return { kind: 'leave', path, writes: [], removes: [], conflicts: [] }
}

/** A text for a file's new place, and what is done with the file. */
export interface Outcome {
  match: Match
  kind: Kind
  /** With LF. */
  text: string
}

/** Writes a text with the line ends that its owner has, unless it is there. A file that moves leaves its old place. */
export function writing({ match: { path, at }, kind, text }: Outcome, { disk }: Surroundings): Step {
  const found = at === undefined ? undefined : disk.get(at)
  const step: Step = { ...leaving(path), kind }
  if (at !== path || withLf(found!) !== text)
    step.writes.push({ path, text: withLineEndsOf(found, text), like: at ?? path })
  if (at === undefined || at === path) return step
  return { ...step, from: at, removes: [at] }
}

/** A step that is not done. */
export function blocked(path: string, obstacle: string): Step {
  return { ...leaving(path), kind: 'blocked', obstacle }
}

/** Lays the new file beside the owner's, which stays theirs; never over another file of theirs. */
export function withNewBeside(step: Step, match: Match, { disk, unfinished }: Surroundings): Step {
  const beside = newPath(step.path)
  const text = withLineEndsOf(disk.get(match.at!), match.fresh!)
  const there = disk.get(beside)
  if (there === text) return { ...step, kind: 'beside', beside }
  if (there !== undefined && withLf(there) !== match.base && there !== unfinished.get(beside)) {
    const obstacle = `"${beside}" is in the place where this version's ${step.path} is to lie beside yours. Rename or remove it.`
    return blocked(step.path, obstacle)
  }
  return { ...step, kind: 'beside', writes: [...step.writes, { path: beside, text, like: match.at! }], beside }
}
