import type { Network } from '../../protocol/network.ts'

/** The first addresses of networks, as many 16-bit groups one after another. */
interface Starts {
  groups: Uint16Array
  end: number
}

/**
 * The first addresses of many networks, to find out whether one of them lies in a given network. Few artifacts are
 * networks, so all are looked at: about 3 ms for a million.
 */
export class NetworkStarts {
  readonly #ipv4: Starts = { groups: new Uint16Array(64), end: 0 }
  readonly #ipv6: Starts = { groups: new Uint16Array(64), end: 0 }

  /** Adds a network. */
  add({ first }: Network): void {
    const starts = this.#startsOf(first)
    const groups = toGroups(first)
    if (starts.end + groups.length > starts.groups.length) {
      const old = starts.groups
      starts.groups = new Uint16Array(old.length * 2)
      starts.groups.set(old)
    }
    starts.groups.set(groups, starts.end)
    starts.end += groups.length
  }

  /** Whether the first address of one of them is in a network. */
  hasOneIn({ first, last }: Network): boolean {
    const { groups, end } = this.#startsOf(first)
    const [low, high] = [toGroups(first), toGroups(last)]
    for (let start = 0; start < end; start += low.length) {
      // a network ends at a power of two, so each group has a range of its own
      let i = 0
      while (i < low.length && groups[start + i]! >= low[i]! && groups[start + i]! <= high[i]!) i++
      if (i === low.length) return true
    }
    return false
  }

  #startsOf(digits: string): Starts {
    return digits.length === 8 ? this.#ipv4 : this.#ipv6
  }
}

function toGroups(digits: string): number[] {
  const groups: number[] = []
  for (let at = 0; at < digits.length; at += 4) groups.push(Number.parseInt(digits.slice(at, at + 4), 16))
  return groups
}
