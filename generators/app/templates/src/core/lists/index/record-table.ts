import { randomInt } from 'node:crypto'
import { BrokenList } from '../errors.ts'
import { MemoryPool } from './memory-pool.ts'

/** Records lie in blocks of this size: a table grows without copying what it holds, and old blocks are used again. */
const BLOCK_BITS = 18
const BLOCK_BYTES = 1 << BLOCK_BITS

/** The longest value in bytes: a URL of 8,192 characters, all of them of three bytes. */
const MAX_VALUE_BYTES = 24_576
/** The longest details, in bytes: a record fits in a block. */
export const MAX_DETAILS_BYTES = 200_000

/** The most memory of a table's records: far more than a list needs, and less than a place can name. */
const MAX_BYTES = 2 ** 30

const MIN_SLOTS = 64
const ENOUGH_TO_TELL = 10_000
const TOO_LONG = `a value is longer than ${MAX_VALUE_BYTES} bytes`

/** The bytes of the value that is looked for; with room to see that one is too long. */
const key = Buffer.allocUnsafeSlow(MAX_VALUE_BYTES + 4)

/** What a table can know before. */
export interface TableOptions {
  /** How many values will come. */
  expected?: number | undefined
  /** How much of what is read has come: from 0 to 1. */
  progress?: (() => number) | undefined
  /** How many values may come. */
  room?: number | undefined
  /** Where its memory is from. */
  pool?: MemoryPool | undefined
  /** How much memory its records may take. */
  maxBytes?: number | undefined
}

/**
 * A map from values to details, both text, in a fifth of the memory of a `Map` and without work for the garbage
 * collector: records `value\0details\0` in a few buffers, and a hash table of their places. Values are compared whole.
 */
export class RecordTable {
  /** Two words a slot: the hash of the value, and the place of its record, or 0. */
  #slots: Uint32Array
  #blocks: Buffer[] = []
  /** Where the last block is written next; 0 is no place. */
  #end = BLOCK_BYTES
  #size = 0
  /** The length of the value that was looked for last, which is in `key`, and its hash. */
  #length = 0
  #hash = 0
  /** Nobody can make values up that all have one hash. */
  readonly #seed = randomInt(2 ** 32)

  readonly #pool: MemoryPool
  readonly #progress: () => number
  readonly #room: number
  readonly #maxBytes: number

  constructor({
    expected = 0,
    progress = () => 1,
    room = Infinity,
    pool = new MemoryPool(),
    maxBytes = MAX_BYTES,
  }: TableOptions = {}) {
    this.#pool = pool
    this.#progress = progress
    this.#room = room
    this.#maxBytes = maxBytes
    this.#slots = pool.slots(slotsFor(expected) * 2)
  }

  /** How many values it holds. */
  get size(): number {
    return this.#size
  }

  /** The details of a value, `''` if it has none, or `undefined` if it is not here. */
  get(value: string): string | undefined {
    if (value.length > MAX_VALUE_BYTES) return undefined
    const place = this.#slots[this.#find(value) + 1]!
    return place === 0 ? undefined : this.#detailsAt(place)
  }

  /**
   * Adds a value, unless it is here already.
   * @param value no longer than 24,576 bytes, and without `\0`, as the details.
   * @returns its details then, `''` if it has none.
   * @throws {RangeError} if one of them is too long.
   * @throws {BrokenList} if there is no memory left for it.
   */
  add(value: string, details = ''): string | undefined {
    const slot = this.#find(value)
    const place = this.#slots[slot + 1]!
    if (place !== 0) return this.#detailsAt(place)
    this.#put(slot, details)
    return undefined
  }

  /** Adds a value, or gives one that is here other details: as `add`. */
  set(value: string, details = ''): void {
    this.#put(this.#find(value), details)
  }

  /** All values with their details, in no order. */
  *entries(): Generator<[value: string, details: string]> {
    for (let slot = 1; slot < this.#slots.length; slot += 2) {
      const place = this.#slots[slot]!
      if (place === 0) continue
      const block = this.#blocks[place >>> BLOCK_BITS]!
      const start = place & (BLOCK_BYTES - 1)
      yield [block.toString('utf8', start, block.indexOf(0, start)), this.#detailsAt(place)]
    }
  }

  /** Gives its memory back. It is empty then. */
  release(): void {
    this.#pool.take(this.#blocks, this.#slots)
    this.#blocks = []
    this.#slots = new Uint32Array(MIN_SLOTS * 2)
    this.#end = BLOCK_BYTES
    this.#size = 0
  }

  #put(slot: number, details: string): void {
    const hash = this.#hash
    const known = this.#slots[slot + 1]!
    const place = this.#write(details, known)
    if (known === 0) this.#size++
    this.#slots[slot] = hash
    this.#slots[slot + 1] = place
    if (isCrowded(this.#size, this.#slots.length / 2)) this.#grow()
  }

  /** The slot of a value, or the free one where it would be. */
  #find(value: string): number {
    // a value that is too long is cut, and so no other one
    const length = key.write(value)
    this.#length = length
    let hash = this.#seed
    for (let i = 0; i < length; i++) {
      hash = Math.imul(hash ^ key[i]!, 0x5bd1e995)
      hash ^= hash >>> 15
    }
    this.#hash = hash >>> 0
    const mask = this.#slots.length - 1
    let slot = (this.#hash << 1) & mask
    while (this.#slots[slot + 1] !== 0 && !this.#isAt(slot)) slot = (slot + 2) & mask
    return slot
  }

  #isAt(slot: number): boolean {
    if (this.#slots[slot] !== this.#hash) return false
    const place = this.#slots[slot + 1]!
    const block = this.#blocks[place >>> BLOCK_BITS]!
    const start = place & (BLOCK_BYTES - 1)
    // a zero in the value would be the end of a record's value
    for (let i = 0; i < this.#length; i++) if (block[start + i] !== key[i] || key[i] === 0) return false
    return block[start + this.#length] === 0
  }

  #detailsAt(place: number): string {
    const block = this.#blocks[place >>> BLOCK_BITS]!
    const start = block.indexOf(0, place & (BLOCK_BYTES - 1)) + 1
    return block[start] === 0 ? '' : block.toString('utf8', start, block.indexOf(0, start))
  }

  /** Writes a record of the value in `key`, over the one that it has if there is room, and gives its place. */
  #write(details: string, known: number): number {
    const detailsLength = details === '' ? 0 : Buffer.byteLength(details)
    if (this.#length > MAX_VALUE_BYTES) throw new RangeError(TOO_LONG)
    if (detailsLength > MAX_DETAILS_BYTES) throw new RangeError(`details are longer than ${MAX_DETAILS_BYTES} bytes`)
    const bytes = this.#length + detailsLength + 2
    const place = known !== 0 && bytes <= this.#bytesAt(known) ? known : this.#placeFor(bytes)
    const block = this.#blocks[place >>> BLOCK_BITS]!
    const start = place & (BLOCK_BYTES - 1)
    block.set(key.subarray(0, this.#length), start)
    block[start + this.#length] = 0
    if (detailsLength > 0) block.write(details, start + this.#length + 1)
    block[start + bytes - 1] = 0
    return place
  }

  /** How long the record at a place is. */
  #bytesAt(place: number): number {
    const block = this.#blocks[place >>> BLOCK_BITS]!
    const start = place & (BLOCK_BYTES - 1)
    return block.indexOf(0, block.indexOf(0, start) + 1) + 1 - start
  }

  #placeFor(bytes: number): number {
    if (this.#end + bytes > BLOCK_BYTES) {
      if ((this.#blocks.length + 1) * BLOCK_BYTES > this.#maxBytes)
        throw new BrokenList(`takes more than ${this.#maxBytes / 2 ** 20} MB of memory: take some entries out`)
      this.#blocks.push(this.#pool.block(BLOCK_BYTES))
      this.#end = this.#blocks.length === 1 ? 1 : 0
    }
    const place = (this.#blocks.length - 1) * BLOCK_BYTES + this.#end
    this.#end += bytes
    return place
  }

  #grow(): void {
    const old = this.#slots
    // by then so many have come that the rest can be told from them: what is outgrown is memory that is not used again
    const all = this.#size < ENOUGH_TO_TELL ? 0 : Math.min(this.#room, this.#size / this.#progress())
    this.#slots = this.#pool.slots(Math.max(old.length * 2, slotsFor(all) * 2))
    const mask = this.#slots.length - 1
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue
      let slot = (old[from]! << 1) & mask
      while (this.#slots[slot + 1] !== 0) slot = (slot + 2) & mask
      this.#slots[slot] = old[from]!
      this.#slots[slot + 1] = old[from + 1]!
    }
  }
}

function slotsFor(values: number): number {
  let slots = MIN_SLOTS
  while (isCrowded(values, slots)) slots *= 2
  return slots
}

/** Whether values would run into each other too often. */
function isCrowded(values: number, slots: number): boolean {
  return values > slots * 0.7
}
