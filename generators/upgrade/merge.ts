import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Versions } from './decide.ts'
import { plainGit } from './git.ts'

/** Three texts with LF, and what to call the versions of ours in a conflict. */
export interface MergeInput extends Required<Versions> {
  base: string
  ours: string
  fresh: string
  /** `0.1.0` */
  from: string
  /** `0.2.0` */
  to: string
}

/** A merged text. */
export interface Merged {
  text: string
  /** The lines, from 1, at which a conflict begins; none for a clean merge. */
  conflicts: number[]
}

/** Merges three texts: what only one side has changed is as that side has it. */
export type Merge = (input: MergeInput) => Merged

/**
 * Merges three texts as git does, outside of any repository.
 *
 * @throws Refusal if git is not installed
 * @throws Error with what git says, if it cannot
 */
export const mergeTexts: Merge = ({ base, ours, fresh, from, to }) => {
  if (ours === fresh || base === fresh) return { text: ours, conflicts: [] }
  if (ours === base) return { text: fresh, conflicts: [] }
  const folder = mkdtempSync(join(tmpdir(), 'resilient-cts-merge-'))
  try {
    for (const [name, text] of Object.entries({ ours, base, fresh })) writeFileSync(join(folder, name), text)
    const labels = ['yours', `resilient-cts ${from}`, `resilient-cts ${to}`].flatMap((label) => ['-L', label])
    const answer = plainGit(folder, ['merge-file', '-p', '--diff3', ...labels, 'ours', 'base', 'fresh'])
    const conflicts = conflictLines(answer.stdout)
    // its status is the number of conflicts, up to 127
    if (answer.status < 0 || answer.status > 127 || (answer.status > 0 && conflicts.length === 0)) {
      throw new Error(`git merge-file has failed with status ${answer.status}: ${answer.stderr.trim()}`)
    }
    return { text: answer.stdout, conflicts: answer.status === 0 ? [] : conflicts }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Whether a text has lines that mark a conflict, if only some that were forgotten. */
export function hasMarkers(text: string): boolean {
  return /^(?:<{7}|\|{7}|>{7}) /m.test(text)
}

/** The lines, from 1, at which a conflict begins. */
export function conflictLines(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (line.startsWith('<<<<<<< ') ? [index + 1] : []))
}
