import type { List } from './list.ts'
import type { Match } from './look-up.ts'
import { isListedType } from './entry.ts'

/** So many hits tell enough. */
const MAX_HITS = 20

/** An entry of a list that an artifact matches. */
export interface ListHit extends Match {
  /** The list's path below the folder, or its name in `lists.json`. */
  list: string
  title: string
  /** When the list was written, or fetched last: in milliseconds since 1970. */
  asOf: number
}

/** A list that should have been asked and could not be, or is too old for its "no" to count. */
export interface ListTrouble {
  list: string
  title: string
  /** Goes on from the list's name: `is 30 hours old, and may be 24`. */
  problem: string
}

/** What the lists of what is bad say of an artifact. */
export interface Matches {
  /** At most 20. */
  hits: ListHit[]
  /** If there are any, and no hits, then it is not known whether the artifact is listed. Lists with a hit are none. */
  troubles: ListTrouble[]
}

/** A folder without a list is more likely not the right one than meant. */
const NO_LIST: ListTrouble = { list: 'bad/', title: 'bad/', problem: 'is empty: put a list there' }

/** Looks an artifact up in lists of what is bad, as they are at a time. */
export function match(lists: List[], { type, value }: { type: string; value: unknown }, now: number): Matches {
  if (!isListedType(type)) return { hits: [], troubles: [] }
  const hits: ListHit[] = []
  const troubles: ListTrouble[] = lists.length === 0 ? [NO_LIST] : []
  for (const list of lists.filter((one) => one.serves(type))) {
    const { id, title, loaded } = list
    const found = list.match({ type, value }, now)
    for (const one of found) hits.push({ ...one, list: id, title, asOf: loaded?.asOf ?? now })
    const problem = found.length > 0 ? undefined : list.trouble(now)
    if (problem !== undefined) troubles.push({ list: id, title, problem })
  }
  return { hits: hits.slice(0, MAX_HITS), troubles }
}
