import type { GoodList, OwnList } from '../gate/rules.ts'
import { detailsAt } from './details.ts'
import type { Found, ListIndex } from './index/list-index.ts'
import type { List } from './list.ts'

/** What lists of own values cover, as they are when that is asked. */
export function createOwnCoverage(lists: () => readonly List[]): OwnList {
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
export function createGoodCoverage(lists: () => readonly List[], now: () => number): GoodList {
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
