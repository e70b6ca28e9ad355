import type { NotAsked } from '../protocol/outcome.ts'
import type { LookUp } from './dispatch.ts'

/** What a search makes of the look-ups that are due. */
export interface Plan {
  /** The ids of those that are made. */
  pending: string[]
  /** The ids of those that are made only if these find nothing. */
  deferred: string[]
  /** Those that are not made, since there is a hit already. */
  notAsked: NotAsked[]
}

/**
 * Plans a search: look-ups that are to be made only `if-nothing-found` wait for the others, if any are due.
 * @param isFound whether a fresh outcome has a hit.
 */
export function planOf(due: readonly LookUp[], isFound: boolean): Plan {
  const first = due.filter(({ settings }) => settings.ask === 'always')
  const later = due.filter(({ settings }) => settings.ask === 'if-nothing-found')
  if (isFound) return { pending: ids(first), deferred: [], notAsked: later.map(foundAlready) }
  if (first.length === 0) return { pending: ids(later), deferred: [], notAsked: [] }
  return { pending: ids(first), deferred: ids(later), notAsked: [] }
}

function ids(lookUps: readonly LookUp[]): string[] {
  return lookUps.map(({ id }) => id)
}

/** A look-up that is not made, since others have found something. */
export function foundAlready({ id, title }: LookUp): NotAsked {
  return { lookUp: id, title, rule: 'found already' }
}
