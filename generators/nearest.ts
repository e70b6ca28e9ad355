import { nearest } from './app/templates/src/core/settings/unknown.ts'

/** What to say after "… is not known.": the nearest name or, where none is near, all of them. */
export function remedy(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near ? `Did you mean "${near}"?` : `Known: ${known.join(', ')}.`
}
