import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { renderIndex } from '../generators/app/templates/scripts/render-index.ts'
import { templateFiles } from '../generators/app/template-files.ts'
import { packageRoot } from '../generators/package-root.ts'
import type { SearcherPlan } from '../generators/searcher/plan.ts'
import { searcherFiles, sourceFiles, withAsked } from '../generators/searcher/searcher-files.ts'
import { bytesOf } from '../generators/upgrade/binary.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Writes a service with these searchers into a temporary folder, with this repository's own node_modules. */
export async function writeService(plans: readonly SearcherPlan[]): Promise<string> {
  const folder = await temporaryFolder()
  await symlink(join(packageRoot, 'node_modules'), join(folder, 'node_modules'))
  const names = plans.map(({ name }) => name)
  const files = [
    ...templateFiles({ name: 'written', description: 'Written by a test', uploadFiles: false }),
    ...plans.flatMap(searcherFiles),
    ...plans.flatMap((plan) => withAsked(plan.sources).flatMap((id) => sourceFiles(plan, id))),
    { path: 'src/searchers/index.ts', text: renderIndex(names.toSorted()) },
  ]
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytesOf(path, text))
  }
  return folder
}
