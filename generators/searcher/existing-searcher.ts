import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EmittedFile } from '../emitted-file.ts'
import { listValue } from '../list-value.ts'
import { modulesIn } from '../modules.ts'
import type { SearcherRecord, ServiceRecord } from '../service-record.ts'
import { BLANK } from '../source-list.ts'
import type { SearcherPlan } from './plan.ts'
import { searcherFiles, searcherPath, sourceFiles } from './searcher-files.ts'

/** What is recorded of a searcher that a service has; one whose file is gone begins anew. */
export function recordedSearcher(
  root: string,
  record: ServiceRecord | undefined,
  name: string,
): SearcherRecord | undefined {
  return existsSync(join(root, searcherPath(name))) ? record?.searchers[name] : undefined
}

/**
 * `true`, or a sentence saying which searcher a new one would be mistaken for: there are file systems that know no case,
 * and settings have `_` for a hyphen.
 *
 * @param others names that are taken beside those of the service's files
 */
export function isDistinct(root: string, name: string, others: readonly string[] = []): true | string {
  const plain = (text: string) => text.toLowerCase().replaceAll('-', '_')
  const taken = [...others, ...modulesIn(root, 'src/searchers')]
  const alike = taken.find((other) => plain(other) === plain(name))
  if (alike === undefined || taken.includes(name)) return true
  return `"${name}" is too much like the searcher "${alike}" that is there: their files or settings would be taken for each other's. Take another name.`
}

/**
 * `true`, or a sentence saying which of the owner's files a new searcher or skeleton would take the place of.
 *
 * @param recorded the sources that the searcher has already
 */
export function isFree(root: string, plan: SearcherPlan, recorded: SearcherRecord | undefined): true | string {
  const files = [
    ...(plan.isNew ? searcherFiles(plan).slice(0, 1) : []),
    ...(plan.added.includes(BLANK) && !listValue(recorded?.sources ?? '').includes(BLANK)
      ? sourceFiles(plan, BLANK)
      : []),
  ]
  const taken = files.find((file) => differsOnDisk(root, file))
  if (!taken) return true
  return `"${plan.name}" has a file ${taken.path} already, and it holds something else. Take another name, or replace it with --force.`
}

function differsOnDisk(root: string, { path, text }: EmittedFile): boolean {
  return existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') !== text
}
