import { mkdirSync, rmSync, rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bytesOf } from './binary.ts'
import { readText } from './disk.ts'
import { JOURNAL, writeRecord } from './record.ts'
import type { Plan } from './plan.ts'
import { Refusal } from './refusal.ts'
import type { Step } from './step.ts'
import { writeSafely } from './write-safely.ts'

/**
 * Carries a plan out. A run that is killed in the middle is mended by a second one: each file is written whole or not
 * at all, one that moves leaves its old place only then, and the records, which the next plan is made from, come last.
 * A journal of what is written, there while it runs, tells a merged file from one that is still to be merged.
 *
 * @throws Refusal if a file has changed since the plan was made; nothing has been written then
 */
export function applyPlan(plan: Plan, root: string): void {
  refuseIfChanged(plan, root)
  for (const change of changesOf(plan, root)) change()
}

/** Everything that a plan changes on disk, one by one, in order. */
export function changesOf({ steps, records, to, unfinished = new Map() }: Plan, root: string): (() => void)[] {
  const written = new Map(steps.flatMap(({ writes }) => writes.map(({ path, text }) => [path, text])))
  const journal = { version: to, files: new Map([...unfinished, ...written]) }
  const changes = inOrder(steps).flatMap(({ writes, removes }) => [
    ...writes.map(({ path, text, like }) => () => {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeSafely(join(root, path), bytesOf(path, text), join(root, like))
    }),
    ...removes.filter((path) => !written.has(path)).map((path) => () => remove(root, path)),
  ])
  return [
    () => writeRecord(root, JOURNAL, journal),
    ...changes,
    ...records.map(
      ({ path, snapshot }) =>
        () =>
          writeRecord(root, path, snapshot),
    ),
    () => rmSync(join(root, JOURNAL), { force: true }),
  ]
}

/** Steps in an order in which every file has left a place before another one is written there. */
function inOrder(steps: readonly Step[]): Step[] {
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
