import { mkdirSync, rmSync, rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bytesOf } from './binary.ts'
import { readText } from './disk.ts'
import { ANSWERS, APP_RECORD, JOURNAL, writeRecord } from './record.ts'
import { refuseObstacles } from './checks.ts'
import type { Plan } from './plan.ts'
import { Refusal } from './refusal.ts'
import type { Step } from './step.ts'
import { removeTemporary, writeSafely } from './write-safely.ts'

/**
 * Carries a plan out. A run that is killed in the middle is mended by a second one: each file is written whole or not
 * at all, one that moves leaves its old place only then, and the records, which the next plan is made from, come last.
 * A journal of what is written, there while it runs, tells a merged file from one that is still to be merged.
 *
 * @throws Refusal if something is in the way, or a file has changed since the plan was made; nothing has been written
 *   then
 */
export function applyPlan(plan: Plan, root: string): void {
  refuseObstacles(plan)
  refuseIfChanged(plan, root)
  for (const change of changesOf(plan, root)) change()
}

/** Everything that a plan changes on disk, one by one, in order. */
export function changesOf({ steps, records, to, run, unfinished = new Map() }: Plan, root: string): (() => void)[] {
  const written = new Map(steps.flatMap(({ writes }) => writes.map(({ path, text }) => [path, text])))
  const journal = { version: to, answers: run, files: new Map([...unfinished, ...written]) }
  const changesIn = (some: readonly Step[]) =>
    some.flatMap(({ writes, removes }) => [
      ...writes.map(({ path, text, like }) => () => {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeSafely(join(root, path), bytesOf(path, text), join(root, like))
      }),
      ...removes.filter((path) => !written.has(path)).map((path) => () => remove(root, path)),
    ])
  const recording = (isApp: boolean) =>
    records
      .filter(({ path }) => isApp === (path === APP_RECORD))
      .map(
        ({ path, snapshot }) =>
          () =>
            writeRecord(root, path, snapshot),
      )
  const isAnswers = ({ path }: Step) => path === ANSWERS
  return [
    () => writeRecord(root, JOURNAL, journal),
    ...changesIn(inOrder(steps.filter((step) => !isAnswers(step)))),
    ...recording(false),
    // before there were records, this file had the searchers
    ...changesIn(steps.filter(isAnswers)),
    // its version says that all is done
    ...recording(true),
    () => {
      for (const path of [...journal.files.keys(), ...records.map((record) => record.path)])
        removeTemporary(join(root, path))
      rmSync(join(root, JOURNAL), { force: true })
    },
  ]
}

/**
 * Steps in an order in which every file has left a place before another one is written there; what goes without another
 * in its place goes first, since a folder may come there.
 */
function inOrder(steps: readonly Step[]): Step[] {
  const [going, others] = [true, false].map((goes) => steps.filter(({ kind }) => goes === (kind === 'remove')))
  return [...going!, ...afterLeavers(others!)]
}

function afterLeavers(steps: readonly Step[]): Step[] {
  const leavers = new Map(steps.flatMap((step) => (step.from === undefined ? [] : [[step.from, step] as const])))
  const visited = new Set<Step>()
  const withLeavers = (step: Step): Step[] => {
    if (visited.has(step)) return []
    visited.add(step)
    const leaver = leavers.get(step.path)
    return [...(leaver ? withLeavers(leaver) : []), step]
  }
  return steps.flatMap(withLeavers)
}

function remove(root: string, path: string): void {
  rmSync(join(root, path), { force: true })
  for (let folder = dirname(path); folder !== '.' && isRemoved(join(root, folder)); folder = dirname(folder));
}

/** Removes a folder if it is empty. */
function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    return false
  }
}

function refuseIfChanged({ steps, disk }: Plan, root: string): void {
  const paths = steps.flatMap(({ writes, removes }) => [...writes.map(({ path }) => path), ...removes])
  const changed = paths.filter((path) => readText(root, path) !== disk.get(path))
  if (changed.length === 0) return
  throw new Refusal(`Changed while the upgrade was planned: ${changed.join(', ')}. Run this again.`)
}
