import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { modulesIn } from '../modules.ts'

/** What the files of sources in a service export, by the id that each is called by. */
export type PresentSources = ReadonlyMap<string, string>

const FOLDER = 'src/sources'
const EXPORT = /^export const (\w+)(?::[^=]+)? = defineSource\b/m

/** The sources that a service has a file of, ready-made or its own. A file that exports none is left out. */
export function presentSources(root: string): PresentSources {
  return new Map(
    modulesIn(root, FOLDER).flatMap((id): [string, string][] => {
      const [, identifier] = EXPORT.exec(readFileSync(join(root, FOLDER, `${id}.ts`), 'utf8')) ?? []
      return identifier === undefined ? [] : [[id, identifier]]
    }),
  )
}
