import { realpathSync } from 'node:fs'
import { join, parse } from 'node:path'
import { git, hasGit } from './git.ts'
import type { Plan } from './plan.ts'
import { Refusal } from './refusal.ts'
import { compareVersions, isLater } from './versions.ts'

/**
 * Refuses a plan that must not be carried out.
 *
 * @param root the service's folder
 * @throws Refusal if it is a downgrade, something is in the way, conflicts are left to be resolved, or files that are
 *   to be merged have edits that git does not have
 */
export function checkUpgrade(plan: Plan, root: string): void {
  refuseDowngrade(plan)
  refuseObstacles(plan)
  refuseUnresolved(plan)
  refuseUncommitted(plan, root)
}

/**
 * Refuses a plan that something is in the way of.
 *
 * @throws Refusal that says what, line by line
 */
export function refuseObstacles({ obstacles }: Plan): void {
  if (obstacles.length > 0) throw new Refusal(obstacles.join('\n'))
}

/**
 * Refuses an older version than the service's. To be asked first, before a plan is made.
 *
 * @param from the version of the record
 * @throws Refusal
 */
export function refuseDowngrade({ from, to }: { from: string | undefined; to: string }): void {
  if (from === undefined || !isLater(from, to)) return
  throw new Refusal(
    `This service is of version ${from}, and this generator is ${to}, which is older. Install generator-resilient-cts@${from} or later.`,
  )
}

/**
 * Refuses to add a searcher from another version than the service's, whose parts it may not go with.
 *
 * @param recorded the version of the service's own record; `undefined` without one
 * @param upgrade the command that upgrades the service
 * @throws Refusal
 */
export function refuseOtherVersion({
  recorded,
  version,
  upgrade,
}: {
  recorded: string | undefined
  version: string
  upgrade: string
}): void {
  if (recorded === undefined) {
    throw new Refusal(
      `There is no record of which version this service is of. Bring it up to date first, with "${upgrade}" in its folder.`,
    )
  }
  if (compareVersions(recorded, version) === 0) return
  const remedy = isLater(version, recorded)
    ? `Bring the service up to date first, with "${upgrade}" in its folder`
    : `Install generator-resilient-cts@${recorded}`
  throw new Refusal(`This service is of version ${recorded}, and this generator is ${version}. ${remedy}.`)
}

function refuseUnresolved({ steps }: Plan): void {
  const unresolved = steps.filter(({ kind }) => kind === 'unresolved')
  const laid = unresolved.flatMap(({ beside }) => beside ?? [])
  if (laid.length > 0)
    throw new Refusal(`Left by the last upgrade: ${laid.join(', ')}. Merge each into your file, and remove it.`)
  if (unresolved.length === 0) return
  const marked = unresolved.map(({ path }) => path).join(', ')
  throw new Refusal(`Lines that mark a conflict are in ${marked}. Resolve them, or indent them if they are meant.`)
}

function refuseUncommitted({ steps }: Plan, root: string): void {
  const merged = steps.filter(({ kind, writes }) => kind === 'merge' && writes.length > 0)
  const paths = merged.map(({ from, path }) => from ?? path)
  // a package.json is merged without git, and to the letter
  const uncommitted = paths.length === 0 || !hasGit() ? [] : uncommittedIn(root, paths)
  if (uncommitted.length === 0) return
  throw new Refusal(
    `Edited and not committed, but to be merged: ${uncommitted.join(', ')}. Commit first (git commit) or put them aside (git stash), so that nothing can be lost.`,
  )
}

const STATUS = ['status', '--porcelain', '--untracked-files=all', '--ignored', '--']

/**
 * Which of some files git does not have as they are. None where the folder is in no repository, or in another one that
 * does not know it.
 */
function uncommittedIn(root: string, paths: readonly string[]): string[] {
  const tracked = git(root, ['ls-files', '--', '.'])
  if (tracked.stderr.includes('not a git repository')) return []
  if (tracked.status !== 0) throw new Refusal(`git cannot say what is committed: ${tracked.stderr.trim()}`)
  // the folder may lie in a repository that is not its own, such as that of a home directory
  if (tracked.stdout === '' && git(root, ['rev-parse', '--show-prefix']).stdout.trim() !== '') return []
  return paths.filter((path) => {
    // a folder on the way may be a link, or a repository of its own
    const { dir, base } = parse(realpathSync(join(root, path)))
    const { status, stdout } = git(dir, [...STATUS, `:(literal)${base}`])
    return status !== 0 || stdout !== ''
  })
}
