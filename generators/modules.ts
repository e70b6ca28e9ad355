import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { moduleNames } from './app/templates/scripts/render-index.ts'

/** The names of the searchers or sources in a folder of a service, sorted; none where there is no such folder. */
export function modulesIn(root: string, folder: string): string[] {
  const path = join(root, folder)
  return existsSync(path) ? moduleNames(readdirSync(path)) : []
}
