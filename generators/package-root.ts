import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** This package's folder. The code runs from two depths: the sources, and `dist`. */
export const packageRoot = folderWithPackage(import.meta.dirname)

/** The folder of a generator in the sources: its templates and its USAGE lie there, and ship as they are. */
export function generatorFolder(generator: 'app' | 'searcher'): string {
  return join(packageRoot, 'generators', generator)
}

function folderWithPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderWithPackage(dirname(folder))
}
