import type { Network } from '../protocol/network.ts'
import { detailsAt } from './details.ts'
import type { Found, ListIndex } from './index/list-index.ts'
import type { List } from './list.ts'

/** The lists of what is ours, as the gate asks them; whatever they are asked for is in its canonical form. */
export interface OwnCoverage {
  /** How many entries they have. */
  readonly size: number
  /** Whether a name, or one above it, is ours. It may also be text that only looks like a name. */
  hasName(name: string): boolean
  /** Whether any address of a network is ours. */
  hasPartOf(network: Network): boolean
}

/** The lists of what is known to be harmless, as the gate asks them. */
export interface GoodCoverage {
  readonly size: number
  /** Whether a name is harmless: itself, or beneath an entry that means all beneath it. */
  hasName(name: string): boolean
  /** Whether all addresses of a network are harmless. */
  hasAllOf(network: Network): boolean
  hasHash(hash: string): boolean
  hasUrl(url: string): boolean
}

/** What lists of own values cover, as they are when that is asked. */
export function createOwnCoverage(lists: () => readonly List[]): OwnCoverage {
  // what is ours is kept in, whether its entry counts just now or not
  const some = (holds: (index: ListIndex) => boolean) => lists().some(({ loaded }) => loaded && holds(loaded.index))
  return {
    get size() {
      return entriesOf(lists())
    },
    hasName: (name) => some((index) => index.findName(name).length > 0),
    hasPartOf: (network) => some((index) => index.overlaps(network)),
  }
}

/** What lists of harmless values cover, as they are when that is asked. */
export function createGoodCoverage(lists: () => readonly List[], now: () => number): GoodCoverage {
  const some = (find: (index: ListIndex) => Found[]) => {
    const at = now()
    return lists().some(
      ({ loaded }) => loaded && find(loaded.index).some(({ details }) => detailsAt(details, at) !== undefined),
    )
  }
  const hasValue = (value: string) => some((index) => index.find(value))
  return {
    get size() {
      return entriesOf(lists())
    },
    hasName: (name) => some((index) => index.findName(name)),
    hasAllOf: (network) => some((index) => index.findNetwork(network)),
    hasHash: hasValue,
    hasUrl: hasValue,
  }
}

/** How many entries lists have together. */
export function entriesOf(lists: readonly List[]): number {
  return lists.reduce((sum, { loaded }) => sum + (loaded?.index.size ?? 0), 0)
}
