/** How many look-ups occupy a place of each source in this replica, and how many may. */
export class ConcurrencyLimits {
  readonly #limitOf: (id: string) => number
  readonly #taken = new Map<string, number>()

  /** @param limitOf how many places a source has. */
  constructor(limitOf: (id: string) => number) {
    this.#limitOf = limitOf
  }

  /** How many more look-ups may occupy a place of each of these sources. */
  free(ids: readonly string[]): number {
    return Math.min(...ids.map((id) => this.#limitOf(id) - (this.#taken.get(id) ?? 0)))
  }

  /** Takes a place of each. False, and none taken, when one of them has none free. */
  take(ids: readonly string[]): boolean {
    if (this.free(ids) < 1) return false
    this.#add(ids, 1)
    return true
  }

  giveBack(ids: readonly string[]): void {
    this.#add(ids, -1)
  }

  #add(ids: readonly string[], by: number): void {
    for (const id of ids) this.#taken.set(id, (this.#taken.get(id) ?? 0) + by)
  }
}
