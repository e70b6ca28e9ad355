import type { Files } from './texts.ts'
import { fileSteps } from './file-steps.ts'
import type { Moves } from './imports.ts'
import { type Layout, type LayoutChange, layoutSince } from './layout.ts'
import { matchFiles } from './match.ts'
import { type Merge, mergeTexts } from './merge.ts'
import { followSteps, makeSteps } from './own-steps.ts'
import { APP_RECORD, type Answers, type Snapshot, isSame } from './record.ts'
import { type Step, type Surroundings, newPath } from './step.ts'
import { compareVersions } from './versions.ts'

/** What was emitted last: a record or, from `--base DIR`, a folder in its stead, whose version nobody knows. */
export interface Base {
  version?: string | undefined
  files: Files
  answers?: Answers
}

/** What this version emits of what one record covers: all that every service has, or one searcher or source. */
export interface Emitted {
  /** The record's path. */
  record: string
  /** With LF. Nothing for a source that this version no longer has. */
  fresh: Files
  answers?: Answers
}

/** What one record covers, with what was emitted of it last. */
export interface Part extends Emitted {
  base: Base | undefined
}

/** All that an upgrade follows from. */
export interface UpgradeInput {
  /** This version. */
  version: string
  parts: readonly Part[]
  /** The files on disk, with the line ends that they have. */
  disk: Files
  /**
   * Files that are made from what the service holds, and have no record: its index, `.env.example`. Never `.env`, whose
   * secrets a patch would show.
   */
  made?: Files
  layoutChanges: readonly LayoutChange[]
  /** The journal of a run that was interrupted. */
  unfinished?: Snapshot | undefined
  /** @default as git merges */
  merge?: Merge
}

/** What an upgrade does: all of it decided, none of it done. */
export interface Plan {
  /** The version of the record; `undefined` without one. */
  from: string | undefined
  to: string
  /** Whether there is a base to merge with. */
  recorded: boolean
  steps: readonly Step[]
  /** Files that earlier upgrades laid beside the owner's, and that still lie there. */
  leftovers: readonly string[]
  /** The records that differ, in the order in which they are written, after everything else. */
  records: readonly RecordToWrite[]
  /** The files on disk that the plan was made for. */
  disk: Files
  /** What an interrupted run was to write; `undefined` if none was. */
  unfinished: Files | undefined
}

/** A record to be written. */
export interface RecordToWrite {
  path: string
  snapshot: Snapshot
}

/**
 * Plans an upgrade. Nothing is written but the temporary files of git.
 *
 * @throws Refusal if git is missing and a merge needed, or the owner's `package.json` is no JSON
 */
export function planUpgrade(input: UpgradeInput): Plan {
  const { version, parts, disk, layoutChanges, merge = mergeTexts } = input
  const bases = parts.flatMap(({ base }) => base ?? [])
  const from = lowest(bases.flatMap((base) => base.version ?? []))
  const base = bases.length > 0 ? joined(bases.map(({ files }) => files)) : undefined
  const fresh = joined(parts.map((part) => part.fresh))
  const layout = layoutSince(layoutChanges, from)
  const matches = matchFiles({ base, disk, fresh, layout })
  const moves = movesOf(layout, { base, fresh })
  const unfinished = input.unfinished?.files
  const surroundings: Surroundings = {
    disk,
    unfinished: unfinished ?? new Map(),
    moves,
    merge,
    from: from ?? 'before',
    to: version,
  }
  const emitted = matches.flatMap((match) => fileSteps(match, surroundings))
  const paths = new Set(matches.flatMap(({ path, was = path, at = path }) => [path, was, at]))
  const laid = new Set(emitted.flatMap(({ beside }) => beside ?? []))
  return {
    from,
    to: version,
    recorded: base !== undefined,
    steps: [...emitted, ...followSteps(paths, surroundings), ...makeSteps(input.made ?? new Map(), disk)],
    leftovers: [...fresh.keys()].map(newPath).filter((path) => disk.has(path) && !laid.has(path)),
    records: recordsToWrite(parts, version),
    disk,
    unfinished,
  }
}

/** Whether an upgrade changes anything. */
export function hasWork({ steps, records, unfinished }: Plan): boolean {
  return (
    unfinished !== undefined ||
    records.length > 0 ||
    steps.some(({ writes, removes }) => writes.length + removes.length > 0)
  )
}

/** The steps that leave something for the owner to resolve by hand. */
export function conflictsOf({ steps }: Plan): Step[] {
  return steps.filter((step) => step.conflicts.length > 0 || step.kind === 'beside' || step.kind === 'unresolved')
}

/**
 * The status with which a run of the command ends.
 *
 * @param check whether the run only asks if there is anything to do
 * @returns 0: nothing is left to do; 2: there is something to do; 3: conflicts are left, or to come
 */
export function statusOf(plan: Plan, { check = false } = {}): 0 | 2 | 3 {
  if (conflictsOf(plan).length > 0 || plan.leftovers.length > 0) return 3
  return check && hasWork(plan) ? 2 : 0
}

function lowest(versions: readonly string[]): string | undefined {
  return versions.toSorted(compareVersions)[0]
}

function joined(parts: readonly Files[]): Files {
  return new Map(parts.flatMap((files) => [...files]))
}

/** Where files have moved that were ours, and that others may import. */
function movesOf({ left, placeOf }: Layout, { base, fresh }: { base: Files | undefined; fresh: Files }): Moves {
  const moves = left.flatMap((path): [string, string][] => {
    const place = !base || base.has(path) ? placeOf(path) : undefined
    return place !== undefined && place !== path && fresh.has(place) ? [[path, place]] : []
  })
  return new Map(moves)
}

function recordsToWrite(parts: readonly Part[], version: string): RecordToWrite[] {
  const records = parts.flatMap(({ record, base, fresh, answers }): RecordToWrite[] => {
    const snapshot = { version, files: fresh, ...(answers ? { answers } : {}) }
    if (base?.version !== undefined && isSame({ ...base, version: base.version }, snapshot)) return []
    return base || fresh.size > 0 ? [{ path: record, snapshot }] : []
  })
  // the service's own comes last: its version says that all is done
  return records.toSorted((a, b) => Number(a.path === APP_RECORD) - Number(b.path === APP_RECORD))
}
