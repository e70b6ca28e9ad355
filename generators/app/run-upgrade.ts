import { applyPlan } from '../upgrade/apply.ts'
import { checkUpgrade } from '../upgrade/checks.ts'
import { editsPatch, illegibleIn, prefixOf, upgradePatch } from '../upgrade/diff.ts'
import { outlineOf } from '../upgrade/outline.ts'
import { type Plan, hasWork, statusOf } from '../upgrade/plan.ts'
import { NOTHING_WRITTEN, conflictLines, nextLine, plannedLines, summaryOf } from '../upgrade/summary.ts'
import type { Service } from './service.ts'
import { partsOf, planUpgradeOf } from './upgrade-service.ts'

/** What of an upgrade is wanted: all of it, or that it says what it would do. */
export interface UpgradeOptions {
  check?: boolean
  json?: boolean
  diff?: boolean
  edits?: boolean
  base?: string
  dryRun?: boolean
}

/** A service to be brought up to date. */
export interface UpgradeWish {
  root: string
  service: Service
  options: UpgradeOptions
}

/** Who is there while it is. */
export interface Company {
  /** Says something to people. */
  say(line: string): void
  /** Writes what other programs read. */
  print(text: string): void
  /** Asks once; not there where nobody can be asked. */
  confirm?: () => Promise<boolean>
}

/**
 * Plans an upgrade and checks whether it may be carried out, if it is to be.
 *
 * @throws Refusal if it cannot be done as things are
 */
export function planWished({ root, service, options }: UpgradeWish): Plan {
  const { base, check = false, diff = false, dryRun = false } = options
  const dry = check || diff || dryRun
  const plan = planUpgradeOf(root, service, { base, dry })
  if (!dry) checkUpgrade(plan, root)
  return plan
}

/**
 * Brings a service up to date, or says what that would do.
 *
 * @returns the status of the command
 * @throws Refusal if a file has changed since the upgrade was planned; nothing has been written then
 */
export async function runUpgrade(
  plan: Plan,
  { root, service, options }: UpgradeWish,
  { say, print, confirm }: Company,
): Promise<0 | 2 | 3> {
  const summary = (ahead: boolean) => summaryOf(plan, service.name, { ahead })
  if (options.diff && options.edits) {
    const parts = partsOf(root, service, options.base)
    print(editsPatch(parts, plan.disk, prefixOf(root)))
    const illegible = illegibleIn(parts, plan.disk)
    if (illegible.length > 0) say(`Not in the patch, since it is no text that can be read: ${illegible.join(', ')}`)
    return 0
  }
  if (options.diff) {
    print(upgradePatch(plan, prefixOf(root)))
    conflictLines(plan).forEach(say)
    return statusOf(plan)
  }
  if (options.check) {
    if (options.json) print(`${JSON.stringify(outlineOf(plan), null, 2)}\n`)
    else summary(true).forEach(say)
    return statusOf(plan, { check: true })
  }
  if (options.dryRun) {
    ;[...plannedLines(plan), ...summary(true), NOTHING_WRITTEN].forEach(say)
    return statusOf(plan)
  }
  const asks = confirm !== undefined && hasWork(plan)
  if (asks) summary(true).forEach(say)
  if (asks && !(await confirm())) {
    say('Nothing was written.')
    return statusOf(plan, { check: true })
  }
  if (hasWork(plan)) applyPlan(plan, root)
  if (asks) say(nextLine(plan))
  else summary(false).forEach(say)
  return statusOf(plan)
}
