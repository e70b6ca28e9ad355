import type { Network } from '../protocol/network.ts'

/** Addresses of one family: ranges that do not overlap, in order. */
interface Ranges {
  firsts: string[]
  lasts: string[]
}

/** Networks, to be looked into by halves however many they are. */
export class NetworkSet {
  readonly #byDigits: ReadonlyMap<number, Ranges>

  constructor(networks: readonly Network[]) {
    this.#byDigits = new Map([8, 32].map((digits) => [digits, merged(networks, digits)]))
  }

  /** Whether any address of a network is in the set. */
  hasPartOf({ first, last }: Network): boolean {
    return this.#lastFrom(last) >= first
  }

  /** Whether all addresses of a network are in one network of the set. */
  hasAllOf({ first, last }: Network): boolean {
    return this.#lastFrom(first) >= last
  }

  /** The end of the last range that begins at or before an address, or `''`, which is before all. */
  #lastFrom(address: string): string {
    const { firsts, lasts } = this.#byDigits.get(address.length) ?? { firsts: [], lasts: [] }
    let low = 0
    let high = firsts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((firsts[middle] ?? '') <= address) low = middle + 1
      else high = middle
    }
    return lasts[low - 1] ?? ''
  }
}

/** Of two networks that overlap, one holds the other. */
function merged(networks: readonly Network[], digits: number): Ranges {
  const ranges: Ranges = { firsts: [], lasts: [] }
  const ordered = networks
    .filter(({ first }) => first.length === digits)
    .toSorted((a, b) => (a.first === b.first ? a.bits - b.bits : a.first < b.first ? -1 : 1))
  for (const { first, last } of ordered) {
    if (first <= (ranges.lasts.at(-1) ?? '')) continue
    ranges.firsts.push(first)
    ranges.lasts.push(last)
  }
  return ranges
}
