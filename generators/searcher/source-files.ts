import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EmittedFile } from '../emitted-file.ts'
import { generatorFolder } from '../package-root.ts'

/** Where a service has a source: its code, its test, and the mock that plays it. */
export function sourcePaths(id: string): string[] {
  return [`src/sources/${id}.ts`, `test/sources/${id}.test.ts`, `test/mocks/${id}.ts`]
}

/** The files of a ready-made source, byte for byte as they lie among the templates. One that others only ask may have no test. */
export function readyMadeFiles(id: string): EmittedFile[] {
  return read('app', sourcePaths(id))
}

/** The files of the skeleton, as they lie among the templates. */
export function blankFiles(): EmittedFile[] {
  return read('searcher', sourcePaths('blank'))
}

function read(generator: 'app' | 'searcher', paths: readonly string[]): EmittedFile[] {
  const templates = join(generatorFolder(generator), 'templates')
  return paths
    .filter((path) => existsSync(join(templates, path)))
    .map((path) => ({ path, text: readFileSync(join(templates, path), 'utf8') }))
}
