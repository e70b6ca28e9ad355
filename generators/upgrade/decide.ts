/** The three texts of one file, with LF; what is missing is not there. */
export interface Versions {
  /** As it was emitted last, by the record. */
  base?: string | undefined
  /** As its owner has it on disk. */
  ours?: string | undefined
  /** As this version emits it. */
  fresh?: string | undefined
}

/**
 * What becomes of a file:
 *
 * - `leave`: it stays as it is
 * - `replace`: nobody has edited it, so the new text takes its place
 * - `deleted`: its owner has deleted it, so it does not return
 * - `add`: it is new
 * - `beside`: its owner has a file of that name which never was ours, so the new one goes beside it
 * - `remove`: it is no longer emitted, and nobody has edited it
 * - `keep`: it is no longer emitted, but its owner has edited it
 * - `merge`: its owner and the new version have both changed it
 */
export type Verdict = 'leave' | 'replace' | 'deleted' | 'add' | 'beside' | 'remove' | 'keep' | 'merge'

/** Decides about one file. */
export function decide({ base, ours, fresh }: Versions): Verdict {
  if (fresh === undefined) return ours === undefined ? 'leave' : ours === base ? 'remove' : 'keep'
  if (ours === undefined) return base === undefined ? 'add' : 'deleted'
  if (ours === fresh || fresh === base) return 'leave'
  if (ours === base) return 'replace'
  return base === undefined ? 'beside' : 'merge'
}
