import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { searcherNames } from '../app/templates/scripts/render-index.ts'
import type { SearcherPlan } from './plan.ts'
import { BLANK } from '../sources.ts'
import { type EmittedFile, searcherFiles } from './searcher-files.ts'

/** Whether a service has a file of this searcher's name already. */
export function hasSearcher(root: string, name: string): boolean {
  return existsSync(join(root, `src/searchers/${name}.ts`))
}

/**
 * `true`, or a sentence saying which searcher a new one would be mistaken for: there are file systems that know no case,
 * and settings have `_` for a hyphen.
 *
 * @param others names that are taken beside those of the service's files
 */
export function isDistinct(root: string, name: string, others: readonly string[] = []): true | string {
  const plain = (text: string) => text.toLowerCase().replaceAll('-', '_')
  const folder = join(root, 'src/searchers')
  const taken = [...others, ...(existsSync(folder) ? searcherNames(readdirSync(folder)) : [])]
  const alike = taken.find((other) => plain(other) === plain(name))
  if (alike === undefined || taken.includes(name)) return true
  return `"${name}" is too much like the searcher "${alike}" that is there: their files or settings would be taken for each other's. Take another name.`
}

/** `true`, or a sentence saying which of the owner's files a new searcher would take the place of. */
export function isFree(root: string, plan: SearcherPlan): true | string {
  const { searcher, mock } = searcherFiles(plan)
  if (differsOnDisk(root, searcher)) {
    return `Searcher "${plan.name}" exists already, and ${searcher.path} holds something else. Take another name, or replace it with --force.`
  }
  if (plan.source.id === BLANK && !hasSearcher(root, plan.name) && differsOnDisk(root, mock)) {
    return `"${plan.name}" has a file ${mock.path} already, and it holds something else. Take another name, or replace it with --force.`
  }
  return true
}

function differsOnDisk(root: string, { path, text }: EmittedFile): boolean {
  return existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') !== text
}
