import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { moduleNames } from '../app/templates/scripts/render-index.ts'

/** What the files of sources in a service export, by the id that each is called by. */
export type PresentSources = ReadonlyMap<string, string>

const FOLDER = 'src/sources'
const EXPORT = /^export const (\w+)(?::[^=]+)? = defineSource\b/m

/** The sources that a service has a file of, ready-made or its own. A file that exports none is left out. */
export function presentSources(root: string): PresentSources {
  const folder = join(root, FOLDER)
  const ids = existsSync(folder) ? moduleNames(readdirSync(folder)) : []
  return new Map(
    ids.flatMap((id): [string, string][] => {
      const [, identifier] = EXPORT.exec(readFileSync(join(folder, `${id}.ts`), 'utf8')) ?? []
      return identifier === undefined ? [] : [[id, identifier]]
    }),
  )
}
