const MINUTE_MS = 60_000
/** How far counts reach back. */
const MINUTES = 60

interface Minute<T> {
  index: number
  counts: T
}

/** Counts a minute at a time, for the last hour: they take the same memory however much is counted. */
export class Minutes<T> {
  readonly #make: () => T
  readonly #now: () => number
  #minutes: Minute<T>[] = []

  /** @param make the counts of a minute in which nothing has happened yet. */
  constructor(make: () => T, now: () => number) {
    this.#make = make
    this.#now = now
  }

  /** The counts of this minute, to be added to. */
  current(): T {
    const index = this.#index()
    const last = this.#minutes.at(-1)
    if (last?.index === index) return last.counts
    const counts = this.#make()
    this.#minutes = [...this.#recent(MINUTES), { index, counts }]
    return counts
  }

  /** The counts of the last minutes, of this one too. */
  last(minutes = MINUTES): T[] {
    return this.#recent(minutes).map(({ counts }) => counts)
  }

  #recent(minutes: number): Minute<T>[] {
    return this.#minutes.filter(({ index }) => index > this.#index() - minutes)
  }

  #index(): number {
    return Math.floor(this.#now() / MINUTE_MS)
  }
}
