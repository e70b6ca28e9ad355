/**
 * Memory of indexes that nobody looks into any more, for the next ones. The garbage collector would give it back as
 * well, but late: until then a reload would hold several lists twice.
 */
export class MemoryPool {
  readonly #blocks: Buffer[] = []
  readonly #slots: Uint32Array[] = []

  /** A block of that many bytes, with anything in it. */
  block(bytes: number): Buffer {
    return this.#blocks.pop() ?? Buffer.allocUnsafeSlow(bytes)
  }

  /** That many slots, all of them zero. */
  slots(length: number): Uint32Array {
    const at = this.#slots.findIndex((one) => one.length === length)
    const [known] = at === -1 ? [] : this.#slots.splice(at, 1)
    return known?.fill(0) ?? new Uint32Array(length)
  }

  /** Takes what an index was made of; all blocks are of one size. */
  take(blocks: readonly Buffer[], slots: Uint32Array): void {
    for (const block of blocks) this.#blocks.push(block)
    this.#slots.push(slots)
  }

  /** Lets go of everything. */
  clear(): void {
    this.#blocks.length = 0
    this.#slots.length = 0
  }
}
