import type { Files } from './texts.ts'
import { fileSteps, isWritten } from './file-steps.ts'
import type { Moves } from './imports.ts'
import { type Layout, type LayoutChange, layoutSince } from './layout.ts'
import { type Match, matchFiles } from './match.ts'
import { type Merge, mergeTexts } from './merge.ts'
import { followSteps, makeSteps } from './own-steps.ts'
import { APP_RECORD, type Answers, type Run, type Snapshot, isSame } from './record.ts'
import { type Step, type Surroundings, isBeside } from './step.ts'
import { compareVersions } from './versions.ts'

/** What was emitted last: a record or, from `--base DIR`, a folder in its stead, whose version nobody knows. */
export interface Base {
  version?: string | undefined
  files: Files
  answers?: Answers
  /** What the last upgrade left for its owner to resolve: files with conflicts, and what it laid beside others. */
  left?: readonly string[]
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
  /** Whether what this version no longer has of it stays, as its owner's, since something needs it. */
  isNeeded?: boolean
}

/** All that an upgrade follows from. */
export interface UpgradeInput {
  /** This version. */
  version: string
  parts: readonly Part[]
  /** @default an upgrade */
  run?: Run
  /** The files on disk, with the line ends that they have. */
  disk: Files
  /** What of it is no text that can be read: why, by path. */
  illegible?: ReadonlyMap<string, string>
  /**
   * Files that are made from what the service holds, and have no record: its index, `.env.example`. Never `.env`, whose
   * secrets a patch would show.
   */
  made?: Files
  /** What is of the kind that has records, but has none. */
  unrecorded?: readonly string[]
  layoutChanges: readonly LayoutChange[]
  /** What an interrupted run of the same upgrade has written, or was about to. */
  unfinished?: Files | undefined
  /** @default as git merges */
  merge?: Merge
}

/** What an upgrade does: all of it decided, none of it done. */
export interface Plan {
  /** The version of the record; `undefined` without one. */
  from: string | undefined
  to: string
  /** The command that this is the plan of. */
  run: Run
  /** What is of the kind that has records, but has none, so that nothing of this version comes to it. */
  unrecorded: readonly string[]
  /** Whether there is a base to merge with. */
  recorded: boolean
  steps: readonly Step[]
  /** What is in the way, each with what to do about it. With any, nothing is done. */
  obstacles: readonly string[]
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

/** Plans an upgrade. Nothing is written but the temporary files of git. */
export function planUpgrade(input: UpgradeInput): Plan {
  const { version, parts, disk, layoutChanges, merge = mergeTexts } = input
  const bases = parts.flatMap(({ base }) => base ?? [])
  const from = lowest(bases.flatMap((base) => base.version ?? []))
  const recorded = bases.length > 0 && parts.every(({ record, base }) => base || record !== APP_RECORD)
  const base = joined(bases.map(({ files }) => files))
  const fresh = joined(parts.map((part) => part.fresh))
  const layout = layoutSince(layoutChanges, recorded ? from : undefined)
  const matches = matchFiles({ base, recorded, disk, fresh, layout })
  const unfinished: Files = input.unfinished ?? new Map()
  const staying = matches.filter((match) => match.occupied && !isWritten(match, { disk, unfinished }))
  const moves = movesOf(layout, { base, recorded, fresh, staying })
  const left = new Set(bases.flatMap((some) => some.left ?? []))
  const surroundings: Surroundings = {
    disk,
    illegible: input.illegible ?? new Map(),
    left,
    needed: new Set(parts.flatMap(({ base: some, isNeeded }) => (isNeeded ? [...(some?.files.keys() ?? [])] : []))),
    unfinished,
    moves,
    merge,
    from: from ?? 'before',
    to: version,
  }
  const emitted = matches.flatMap((match) => fileSteps(match, surroundings))
  const paths = new Set(matches.flatMap(({ path, was = path, at = path }) => [path, was, at]))
  const laid = new Set(emitted.flatMap(({ beside }) => beside ?? []))
  const leftovers = [...left].filter((path) => isBeside(path) && disk.has(path) && !laid.has(path))
  const toResolve = [...emitted.filter(isConflict).map(({ path, beside = path }) => beside), ...leftovers]
  return {
    from,
    to: version,
    run: input.run ?? { command: 'upgrade' },
    unrecorded: input.unrecorded ?? [],
    recorded,
    steps: [...emitted, ...followSteps(paths, surroundings), ...makeSteps(input.made ?? new Map(), disk)],
    obstacles: [...new Set(emitted.flatMap(({ obstacle }) => obstacle ?? []))],
    leftovers,
    records: recordsToWrite(parts, { version, left: [...new Set(toResolve)].toSorted() }),
    disk,
    unfinished: input.unfinished,
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
  return steps.filter(isConflict)
}

function isConflict({ conflicts, kind }: Step): boolean {
  return conflicts.length > 0 || kind === 'beside' || kind === 'unresolved'
}

/**
 * The status with which a run of the command ends.
 *
 * @param check whether the run only asks if there is anything to do
 * @returns 0: nothing is left to do; 2: there is something to do; 3: conflicts are left, or to come
 */
export function statusOf(plan: Plan, { check = false } = {}): 0 | 2 | 3 {
  if (conflictsOf(plan).length + plan.leftovers.length + plan.obstacles.length > 0) return 3
  return check && hasWork(plan) ? 2 : 0
}

function lowest(versions: readonly string[]): string | undefined {
  return versions.toSorted(compareVersions)[0]
}

function joined(parts: readonly Files[]): Files {
  return new Map(parts.flatMap((files) => [...files]))
}

/** Where files move that were ours, and that others may import. One whose new place is taken stays where it is. */
function movesOf(
  { left, placeOf }: Layout,
  { base, recorded, fresh, staying }: { base: Files; recorded: boolean; fresh: Files; staying: readonly Match[] },
): Moves {
  const stays = new Set(staying.map(({ was }) => was))
  const moves = left.flatMap((path): [string, string][] => {
    const place = (!recorded || base.has(path)) && !stays.has(path) ? placeOf(path) : undefined
    return place !== undefined && place !== path && fresh.has(place) ? [[path, place]] : []
  })
  return new Map(moves)
}

/** The records that differ. What is left to be resolved is in the service's own; that some of it was is no difference. */
function recordsToWrite(
  parts: readonly Part[],
  { version, left }: { version: string; left: readonly string[] },
): RecordToWrite[] {
  return parts.flatMap(({ record, base, fresh, answers }): RecordToWrite[] => {
    const isApp = record === APP_RECORD && left.length > 0
    const snapshot = { version, files: fresh, ...(answers ? { answers } : {}), ...(isApp ? { left } : {}) }
    const isLeft = !isApp || left.every((path) => base?.left?.includes(path))
    if (base?.version !== undefined && isLeft && isSame({ ...base, version: base.version }, snapshot)) return []
    return base || fresh.size > 0 ? [{ path: record, snapshot }] : []
  })
}
