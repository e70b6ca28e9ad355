import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { SearcherPlan } from './plan.ts'
import { BLANK } from '../sources.ts'
import { type EmittedFile, searcherFiles } from './searcher-files.ts'

/** Whether a service has a file of this searcher's name already. */
export function hasSearcher(root: string, name: string): boolean {
  return existsSync(join(root, `src/searchers/${name}.ts`))
}

/** `true`, or a sentence saying which of the owner's files a new searcher would take the place of. */
export function isFree(root: string, plan: SearcherPlan): true | string {
  const { searcher, mock } = searcherFiles(plan)
  if (onlyCaseDiffers(root, searcher)) {
    return `A searcher exists already whose name differs from "${plan.name}" in its case only, and this file system cannot tell them apart. Take another name.`
  }
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

function onlyCaseDiffers(root: string, { path }: EmittedFile): boolean {
  const file = join(root, path)
  return existsSync(file) && !readdirSync(dirname(file)).includes(basename(file))
}
