import { templateFiles } from '../../generators/app/template-files.ts'
import { packageVersion } from '../../generators/package-root.ts'
import { readyMadeFiles } from '../../generators/searcher/source-files.ts'
import { sources } from '../../generators/source-list.ts'

/** Everything that a version may emit and keep a record of, but for searchers, whose owners name them. */
export interface EmittedPaths {
  version: string
  paths: string[]
}

/** Where the paths of the last version are listed. */
export const LIST = new URL('./emitted-paths.json', import.meta.url)

/** The paths of this version. */
export function emittedPaths(): EmittedPaths {
  const values = { name: 'my-cts', description: 'x', uploadFiles: false }
  const files = [...templateFiles(values), ...sources.flatMap(({ id }) => readyMadeFiles(id))]
  return { version: packageVersion, paths: files.map(({ path }) => path).toSorted() }
}
