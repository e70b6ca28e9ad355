import { type Concerned, readDisk, readText } from './disk.ts'
import { layoutChanges as ourLayoutChanges } from './layout-changes.ts'
import type { LayoutChange } from './layout.ts'
import type { Merge } from './merge.ts'
import { type Emitted, type Part, type Plan, planUpgrade } from './plan.ts'
import { obstaclesIn } from './obstacles.ts'
import { JOURNAL, type Run, interruption, isSameRun, readRecord, runOf } from './record.ts'
import { type Files, withLf } from './texts.ts'

/** A service on disk, and what this version makes of it. */
export interface Service {
  root: string
  /** This version. */
  version: string
  parts: readonly Part[]
  made?: Files
  /** What is of the kind that has records, but has none. */
  unrecorded?: readonly string[]
  /** @default an upgrade */
  run?: Run
  /** Whether nothing is to be written. */
  dry?: boolean
  /** @default those of this package */
  layoutChanges?: readonly LayoutChange[]
  /** @default as git merges */
  merge?: Merge
}

/**
 * What a record covers, with what it says now.
 *
 * @throws Refusal if the record cannot be read
 */
export function recordedPart(root: string, emitted: Emitted): Part {
  return { ...emitted, base: readRecord(root, emitted.record) }
}

/** How what is there is taken where something is made. */
export interface Renewal {
  /** For unedited, whatever it holds. */
  force?: boolean
  /** What an interrupted run has written, which is no edit. */
  begun?: Files | undefined
}

/**
 * What a record covers, to be made, or made anew: its files that are missing come back.
 *
 * @throws Refusal if the record, or one of the files, cannot be read
 */
export function renewedPart(root: string, emitted: Emitted, { force = false, begun }: Renewal = {}): Part {
  const recorded = readRecord(root, emitted.record)?.files
  const files = [...emitted.fresh.keys()].flatMap((path): [string, string][] => {
    const found = readText(root, path)
    const base = found === undefined ? undefined : force ? withLf(found) : (begun?.get(path) ?? recorded?.get(path))
    return base === undefined ? [] : [[path, base]]
  })
  return { ...emitted, base: files.length === 0 ? undefined : { files: new Map(files) } }
}

/**
 * Reads a service and plans its upgrade. Nothing is written.
 *
 * @throws Refusal if it cannot be read or planned
 */
export function prepareUpgrade({ root, version, run = { command: 'upgrade' }, dry, merge, ...rest }: Service): Plan {
  const concerned: Concerned = { layoutChanges: ourLayoutChanges, ...rest }
  const journal = readRecord(root, JOURNAL)
  const isOurs = journal !== undefined && isSameRun(run, runOf(journal))
  const goesOn = isOurs && (journal.version === version || run.command === 'make')
  const unfinished = goesOn ? journal.files : undefined
  const { files, illegible } = readDisk(root, concerned)
  const plan = planUpgrade({
    ...concerned,
    version,
    run,
    // where a service is made, what was written of it stands for its records
    unfinished: run.command === 'make' ? undefined : unfinished,
    disk: files,
    illegible,
    ...(merge ? { merge } : {}),
  })
  const before = journal && !goesOn ? [interruption(journal)] : []
  return { ...plan, unfinished, obstacles: [...before, ...plan.obstacles, ...obstaclesIn(root, plan, { dry })] }
}
