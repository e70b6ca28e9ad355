import { existsSync, readFileSync, statSync } from 'node:fs'
import { relative } from 'node:path'
import type Environment from 'yeoman-environment'
import type Generator from 'yeoman-generator'
import { showHunks } from './show-hunks.ts'
import { canAsk } from './terminal.ts'

/** A file in memory: what Yeoman is to do with it, and the verdict that its conflicter would otherwise ask for. */
interface PendingFile {
  path: string
  contents: Buffer | null
  state?: 'modified' | 'deleted'
  conflicter?: 'force' | 'skip'
}

/** What a run is about to do to a service's files: paths from the service's folder. */
export interface Changes {
  created: string[]
  /** Written over what is on disk; where someone can be asked, after they were. */
  changed: string[]
  kept: string[]
  /** Those of the changed ones that their owner may have edited, and that were written over unasked. */
  replaced: string[]
}

/** Writes a file without Yeoman asking: one that is ours, or one that only grows. An unchanged one is left alone. */
export function writeOurs(generator: Generator, path: string, text: string): void {
  const destination = generator.destinationPath(path)
  generator.fs.write(destination, text)
  const file = generator.env.sharedFs.get(destination) as PendingFile
  if (existsSync(destination) && differs(file)) file.conflicter = 'force'
}

/**
 * Sorts the files that are about to be written, and has Yeoman say nothing of those that stay the same. Files that
 * their owner has edited are asked about; where nobody can be asked they are kept, and with `force` they are replaced.
 */
export function settleChanges(generator: Generator, { force, yes }: { force?: boolean; yes?: boolean }): Changes {
  showHunks(generator.env as Environment)
  const keep = !force && !canAsk(generator.env.adapter, { yes })
  const changes: Changes = { created: [], changed: [], kept: [], replaced: [] }
  for (const file of generator.env.sharedFs.all() as PendingFile[]) {
    const path = relative(generator.destinationRoot(), file.path)
    if (path.startsWith('..') || file.contents === null) continue
    if (!existsSync(file.path)) changes.created.push(path)
    else if (!differs(file)) delete file.state
    else {
      const ours = file.conflicter === 'force' || path === '.yo-rc.json'
      if (keep && !ours) file.conflicter = 'skip'
      changes[keep && !ours ? 'kept' : 'changed'].push(path)
      if (force && !ours) changes.replaced.push(path)
    }
  }
  return changes
}

/** What there is to say about the files that their owner has edited. */
export function aboutEdited({ kept, replaced }: Changes): string[] {
  return [
    ...(kept.length > 0 ? [`Kept as you have them: ${kept.join(', ')} (--force writes them anew).`] : []),
    ...(replaced.length > 0 ? [`Replaced, with whatever you had changed in them: ${replaced.join(', ')}.`] : []),
  ]
}

function differs({ path, contents }: PendingFile): boolean {
  return !statSync(path).isFile() || !contents?.equals(readFileSync(path))
}
