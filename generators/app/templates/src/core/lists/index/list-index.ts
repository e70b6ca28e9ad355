import { addressText, isAddress, network, networkText, parseNetwork, type Network } from '../../protocol/network.ts'
import type { Entry, Kind } from '../entry.ts'
import { NetworkStarts } from './network-starts.ts'
import { RecordTable, type TableOptions } from './record-table.ts'

/** An entry of a list that an artifact's value matches. */
export interface Found {
  /** As people write it. */
  entry: string
  matched: 'exactly' | `beneath ${string}` | `in ${string}`
  /** As they were added. */
  details: string
}

/** The entries of one list, and the ways to look into them. All values are in their canonical form. */
export class ListIndex {
  readonly #records: RecordTable
  readonly #kinds = new Set<Kind>()
  /** Lengths of networks that occur, the longest first: one look for each. */
  readonly #lengths: { ipv4: number[]; ipv6: number[] } = { ipv4: [], ipv6: [] }
  /** The most labels of a name that means all beneath it. */
  #depth = 0
  /** Only for a list that is asked whether a network overlaps one of its own. */
  readonly #starts: NetworkStarts | undefined

  constructor({ overlaps = false, ...options }: { overlaps?: boolean } & TableOptions = {}) {
    this.#records = new RecordTable(options)
    this.#starts = overlaps ? new NetworkStarts() : undefined
  }

  /** How many entries it has. */
  get size(): number {
    return this.#records.size
  }

  /** What kinds of entries it has. */
  get kinds(): ReadonlySet<Kind> {
    return this.#kinds
  }

  /**
   * Adds an entry, unless it is here already.
   * @returns its details then, `''` if it has none.
   */
  add(entry: Entry, details = ''): string | undefined {
    const known = this.#records.add(keyOf(entry), details)
    if (known === undefined) this.#note(entry)
    return known
  }

  /** Gives an entry other details. */
  setDetails(entry: Entry, details: string): void {
    this.#records.set(keyOf(entry), details)
  }

  /** Gives its memory back. It must not be looked into any more. */
  release(): void {
    this.#records.release()
  }

  /** Looks for the value itself: a URL, a hash, a mail address. */
  find(value: string): Found[] {
    const details = this.#records.get(value)
    return details === undefined ? [] : [{ entry: value, matched: 'exactly', details }]
  }

  /** Looks for a name, and for it and each of its parents among the entries that mean all beneath them. */
  findName(name: string): Found[] {
    const found: Found[] = []
    // from the last label on, so that the length of what only looks like a name does not count
    let start = name.length
    for (let labels = 1; labels <= this.#depth && start >= 0; labels++) {
      start = start === 0 ? -1 : name.lastIndexOf('.', start - 1)
      const parent = name.slice(start + 1)
      const details = this.#records.get(`.${parent}`)
      if (details === undefined) continue
      found.push({ entry: `.${parent}`, matched: start === -1 ? 'exactly' : `beneath ${parent}`, details })
    }
    return [...this.find(name), ...found.toReversed()]
  }

  /** Looks for the networks that hold a network whole, the smallest first, and for the address that is all of it. */
  findNetwork(wanted: Network): Found[] {
    const found = isAddress(wanted) ? this.find(addressText(wanted)) : []
    for (const bits of this.#lengths[familyOf(wanted)]) {
      if (bits > wanted.bits) continue
      const holder = network(wanted.first, bits)
      const details = holder && this.#records.get(networkKey(holder))
      if (!holder || details === undefined) continue
      const entry = networkText(holder)
      found.push({ entry, matched: bits === wanted.bits ? 'exactly' : `in ${entry}`, details })
    }
    return found
  }

  /**
   * Whether a network and an entry have addresses in common.
   * @throws {Error} unless the index is made for that.
   */
  overlaps(wanted: Network): boolean {
    if (!this.#starts) throw new Error('the index is not made for this: say `overlaps: true`')
    return this.findNetwork(wanted).length > 0 || (!isAddress(wanted) && this.#starts.hasOneIn(wanted))
  }

  #note({ kind, value, beneath = false, network }: Entry): void {
    this.#kinds.add(kind)
    if (beneath) this.#depth = Math.max(this.#depth, value.split('.').length)
    if (network) {
      const lengths = this.#lengths[familyOf(network)]
      if (!lengths.includes(network.bits)) {
        lengths.push(network.bits)
        lengths.sort((a, b) => b - a)
      }
    }
    const start = this.#starts && (network ?? (kind === 'address' ? parseNetwork(value) : undefined))
    if (start) this.#starts?.add(start)
  }
}

/** What an entry is found by: a network by its digits and length, a name that means all beneath it by a dot first. */
function keyOf({ value, beneath, network }: Entry): string {
  if (beneath) return `.${value}`
  return network ? networkKey(network) : value
}

function networkKey({ first, bits }: Network): string {
  return `${first}/${bits}`
}

function familyOf({ first }: Network): 'ipv4' | 'ipv6' {
  return first.length === 8 ? 'ipv4' : 'ipv6'
}
