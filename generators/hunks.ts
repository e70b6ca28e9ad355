/** A run of lines that two texts share, or that only one of them has: what Yeoman's conflicter knows of a difference. */
export interface Change {
  value: string
  added?: boolean
  removed?: boolean
}

/** How many lines are shown before and after what differs. */
const CONTEXT = 3

/** A difference as people read it: the lines that differ with some around them, and `…` for what is left out. */
export function hunks(changes: readonly Change[]): string[] {
  return changes.flatMap((change, index) => lines(change, index > 0, index < changes.length - 1))
}

function lines({ value, added, removed }: Change, hasBefore: boolean, hasAfter: boolean): string[] {
  const all = value.replace(/\n$/, '').split('\n')
  if (added || removed) return all.map((line) => `${added ? '+' : '-'}${line}`)
  const [first, last] = [hasBefore ? CONTEXT : 0, hasAfter ? CONTEXT : 0]
  if (all.length <= first + last) return all.map((line) => ` ${line}`)
  const shown = (some: readonly string[]) => some.map((line) => ` ${line}`)
  return [...shown(all.slice(0, first)), '…', ...shown(all.slice(all.length - last))]
}
