import type { Note } from './package-json.ts'
import { type Plan, conflictsOf, statusOf } from './plan.ts'
import { type Kind, type Step, originalPath } from './step.ts'

/** What a plan comes to, as `--check --json` prints it. */
export interface Outline {
  /** As `--check` ends with it: 0, 2 for something to do, 3 for conflicts. */
  status: 0 | 2 | 3
  /** The version of the record; `null` without one. */
  from: string | null
  to: string
  replaced: string[]
  added: string[]
  moved: { from: string; to: string }[]
  removed: string[]
  /** Merged with the owner's edits, without a conflict. */
  merged: string[]
  /** The owner's own, in which imports follow what has moved. */
  followed: string[]
  /** Made anew from what the service holds. */
  made: string[]
  /** Deleted by the owner, and changed in this version. */
  leftDeleted: string[]
  /** No longer emitted, but edited. */
  kept: string[]
  /** Of the kind that has records, but without one. */
  unrecorded: readonly string[]
  packageJson: Note[]
  conflicts: Conflict[]
  /** What is in the way, each with what to do about it. With any, nothing is done. */
  obstacles: readonly string[]
}

/** What its owner has to resolve. */
export interface Conflict {
  path: string
  /** The lines at which conflicts begin; none where a whole file lies beside another, or they were left before. */
  lines: number[]
  /** The file that is to be merged by hand, and then removed. */
  beside?: string
  /** Whether it is one of an earlier upgrade. */
  left?: true
}

/** What a plan comes to. */
export function outlineOf(plan: Plan): Outline {
  const { steps } = plan
  const settled = steps.filter((step) => step.conflicts.length === 0)
  const pathsOf = (...kinds: Kind[]) => settled.filter(({ kind }) => kinds.includes(kind)).map(({ path }) => path)
  const moved = settled.filter(({ kind, from }) => from !== undefined && (kind === 'replace' || kind === 'move'))
  return {
    status: statusOf(plan, { check: true }),
    from: plan.from ?? null,
    to: plan.to,
    replaced: settled.filter(({ kind, from }) => kind === 'replace' && from === undefined).map(({ path }) => path),
    added: pathsOf('add'),
    moved: moved.map(({ from, path }) => ({ from: from!, to: path })),
    removed: pathsOf('remove'),
    merged: pathsOf('merge'),
    followed: pathsOf('follow'),
    made: pathsOf('make'),
    leftDeleted: settled.filter(({ kind, misses }) => kind === 'deleted' && misses).map(({ path }) => path),
    kept: pathsOf('keep'),
    unrecorded: plan.unrecorded,
    packageJson: steps.flatMap(({ notes }) => notes ?? []),
    conflicts: [...conflictsOf(plan).map(conflictOf), ...plan.leftovers.map(leftover)],
    obstacles: plan.obstacles,
  }
}

function conflictOf({ kind, path, conflicts, beside }: Step): Conflict {
  const conflict: Conflict = { path, lines: conflicts }
  if (beside !== undefined) conflict.beside = beside
  if (kind === 'unresolved') conflict.left = true
  return conflict
}

function leftover(beside: string): Conflict {
  return { path: originalPath(beside), lines: [], beside, left: true }
}
