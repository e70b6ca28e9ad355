/** Names, each alone or with all beneath it. */
export class NameSet {
  readonly #alone = new Set<string>()
  readonly #withBeneath = new Set<string>()
  /** The last label of each name: most names that are looked for have none of them. */
  readonly #lastLabels = new Set<string>()
  /** The most labels that a name of `#withBeneath` has. */
  #depth = 0

  /** Adds a canonical name. */
  add(name: string, { beneath }: { beneath: boolean }): void {
    this.#lastLabels.add(lastLabel(name))
    if (!beneath) {
      this.#alone.add(name)
      return
    }
    this.#withBeneath.add(name)
    this.#depth = Math.max(this.#depth, name.split('.').length)
  }

  has(name: string): boolean {
    if (!this.#lastLabels.has(lastLabel(name))) return false
    return this.#alone.has(name) || this.#isBeneath(name)
  }

  /** Looks for the last label, the last two, and so on, so that the length of a name does not count. */
  #isBeneath(name: string): boolean {
    let start = name.length
    for (let labels = 1; labels <= this.#depth; labels += 1) {
      const dot = start === 0 ? -1 : name.lastIndexOf('.', start - 1)
      if (this.#withBeneath.has(name.slice(dot + 1))) return true
      if (dot === -1) return false
      start = dot
    }
    return false
  }
}

function lastLabel(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
