import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** This package's folder. The code runs from two depths: the sources, and `dist`. */
export const packageRoot = folderWithPackage(import.meta.dirname)

/** This package's version, which is that of the services that it makes. */
export const packageVersion = (
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
).version

/** The folder of a generator in the sources: its templates and its USAGE lie there, and ship as they are. */
export function generatorFolder(generator: 'app' | 'searcher'): string {
  return join(packageRoot, 'generators', generator)
}

function folderWithPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderWithPackage(dirname(folder))
}
