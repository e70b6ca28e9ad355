import { existsSync, readFileSync, statSync } from 'node:fs'
import { relative } from 'node:path'
import type Generator from 'yeoman-generator'

/** A file in memory, with the verdict that Yeoman's conflicter would otherwise ask for. */
interface PendingFile {
  path: string
  contents: Buffer | null
  conflicter?: 'force' | 'skip'
}

/** What a run is about to do to a service's files: paths from the service's folder. */
export interface Changes {
  created: string[]
  /** Written over what is on disk; where someone can be asked, after they were. */
  changed: string[]
  kept: string[]
}

/** Writes a file without Yeoman asking: one that is ours, or one that only grows. An unchanged one is left alone. */
export function writeOurs(generator: Generator, path: string, text: string): void {
  const destination = generator.destinationPath(path)
  generator.fs.write(destination, text)
  const file = generator.env.sharedFs.get(destination) as PendingFile
  if (existsSync(destination) && differs(file)) file.conflicter = 'force'
}

/**
 * Sorts the files that are about to be written. Where nobody can be asked, those that their owner has edited are
 * kept, unless `force` is given.
 */
export function settleChanges(generator: Generator, { keep }: { keep: boolean }): Changes {
  const changes: Changes = { created: [], changed: [], kept: [] }
  for (const file of generator.env.sharedFs.all() as PendingFile[]) {
    const path = relative(generator.destinationRoot(), file.path)
    if (path.startsWith('..') || file.contents === null) continue
    if (!existsSync(file.path)) changes.created.push(path)
    else if (differs(file)) {
      const kept = keep && file.conflicter !== 'force' && path !== '.yo-rc.json'
      if (kept) file.conflicter = 'skip'
      changes[kept ? 'kept' : 'changed'].push(path)
    }
  }
  return changes
}

function differs({ path, contents }: PendingFile): boolean {
  return !statSync(path).isFile() || !contents?.equals(readFileSync(path))
}
