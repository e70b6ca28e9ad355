import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type Generator from 'yeoman-generator'
import { INDEX_HEADER, indexLines, renderIndex, searcherNames } from '../app/templates/scripts/render-index.ts'
import { writeOurs } from '../owners-files.ts'

const INDEX = 'src/searchers/index.ts'

/**
 * Brings `src/searchers/index.ts` up to date with its folder, on disk and in memory.
 *
 * @returns whether it did; an index that its owner keeps by hand is left alone
 */
export function updateIndex(generator: Generator): boolean {
  const index = generator.destinationPath(INDEX)
  if (!generator.fs.read(index, { defaults: INDEX_HEADER })!.startsWith(INDEX_HEADER)) return false
  writeOurs(generator, INDEX, renderIndex(namesInFolder(generator)))
  return true
}

/** The lines that an index kept by hand needs for a searcher. */
export function linesToAdd(name: string): string {
  const { importLine, entryLine } = indexLines(name)
  return `${importLine}\n${entryLine}`
}

/** The names of a service's searchers: the files of its folder, on disk and in memory. */
export function namesInFolder(generator: Generator): string[] {
  const folder = dirname(generator.destinationPath(INDEX))
  const onDisk = existsSync(folder) ? readdirSync(folder) : []
  const inMemory = generator.env.sharedFs
    .all()
    .filter((file) => dirname(file.path) === folder && file.contents !== null)
    .map((file) => basename(file.path))
  return searcherNames(new Set([...onDisk, ...inMemory]))
}
