import { BrokenList, NoRoom } from './errors.ts'
import { merge } from './details.ts'
import { servedBy, toEntry, type Entry, type Kind, type ListedType } from './entry.ts'
import { ListIndex } from './index/list-index.ts'
import type { TableOptions } from './index/record-table.ts'

/** What a list says of its entries: ours, known to be harmless, known to be bad. */
export type Use = 'own' | 'good' | 'bad'

/** All uses; their folders are named after them. */
export const USES = ['own', 'good', 'bad'] as const satisfies Use[]

/** A line, or a value of a JSON file, that is nothing that can be looked up. */
export interface BadLine {
  /** The first is 1. */
  line: number
  text: string
}

/** What a list holds. */
export interface Content {
  index: ListIndex
  /** The artifact types that it is for; `undefined`: all. */
  types?: readonly ListedType[]
  /** How many values are fine, but nothing that this list can be asked for. */
  leftOut: number
}

/** How the values of a list are taken. */
export interface DraftOptions extends TableOptions {
  use: Use
  /** How many entries it may have. */
  room: number
  /** Whether names mean all beneath them; else each entry says so itself. */
  beneath?: boolean
  /** Whether a URL is looked for by its host too. */
  hosts?: boolean
  /** The artifact types that it is for. */
  types?: readonly ListedType[]
  mayBeEmpty?: boolean
  /** How many bad lines are kept with their text. */
  keptBadLines?: number
}

/** What lists of each use are asked for, by the gate or in a search. */
const ASKED_FOR: Record<Use, ReadonlySet<Kind>> = {
  own: new Set(['address', 'network', 'name']),
  good: new Set(['address', 'network', 'name', 'url', 'md5', 'sha1', 'sha256']),
  bad: new Set(['address', 'network', 'name', 'url', 'mail', 'md5', 'sha1', 'sha256']),
}

const SHOWN_OF_A_LINE = 80
/** More bad lines than these, and more than a tenth, are no slips. */
const FORGIVEN = 10
/** SHA-224, SHA-384 and SHA-512: no artifact is one. */
const OTHER_HASH = /^(?:[\da-f]{56}|[\da-f]{96}|[\da-f]{128})$/i

/** A list that is being read: takes values as they come, and finds out whether they are a list at all. */
export class Draft {
  readonly index: ListIndex
  /** Values that are fine, but nothing that this list can be asked for. */
  leftOut = 0
  /** The first bad lines. */
  readonly badLines: BadLine[] = []
  badLineCount = 0
  /** Values that were fine. */
  #taken = 0
  #types: readonly ListedType[] | undefined
  readonly #options: DraftOptions

  constructor(options: DraftOptions) {
    this.#options = options
    this.#types = options.types
    const { use, expected, progress, room, pool } = options
    this.index = new ListIndex({ expected, progress, room, pool, overlaps: use === 'own' })
  }

  /** What the list itself says that it is for, unless `lists.json` says it. */
  limitTo(types: readonly ListedType[]): void {
    this.#types ??= types
  }

  /** Whether a text is something that can be looked up. */
  isValue(text: string): boolean {
    return toEntry(text) !== undefined
  }

  /**
   * Takes a value.
   * @param line where it stands.
   * @param about its details, as text, and whether a name means all beneath it, unless `lists.json` says so.
   * @throws {NoRoom} when that is one too many.
   */
  add(text: string, line: number, about: { details?: string; beneath?: boolean } = {}): void {
    const entry = toEntry(text)
    if (entry) this.#take(entry, about)
    else if (OTHER_HASH.test(text)) this.leftOut++
    else this.reject(text, line)
  }

  /** Counts lines that are nothing. */
  reject(text: string, line: number, lines = 1): void {
    this.badLineCount += lines
    if (this.badLines.length < (this.#options.keptBadLines ?? 20))
      this.badLines.push({ line, text: text.length > SHOWN_OF_A_LINE ? `${text.slice(0, SHOWN_OF_A_LINE)}…` : text })
  }

  /**
   * Ends it, and gives what the list holds.
   * @throws {BrokenList} when it is no list: too many bad lines, or no entries.
   */
  finish(): Content {
    const { badLineCount, leftOut, index } = this
    const [first] = this.badLines
    if (badLineCount > FORGIVEN && badLineCount > (this.#taken + badLineCount) / 10)
      throw new BrokenList(
        `has ${badLineCount} lines of ${this.#taken + badLineCount} that are nothing, the first is line ${first?.line}:` +
          ' is it the right file, or column?',
      )
    if (index.size > 0 || this.#options.mayBeEmpty) return { index, types: this.#types, leftOut }
    const why =
      leftOut > 0 ? `, and ${leftOut} that are left out` : badLineCount > 0 ? `, and ${badLineCount} bad lines` : ''
    throw new BrokenList(`has no entries${why}: fill it, take it out, or say "mayBeEmpty": true in lists.json`)
  }

  #take(entry: Entry, { details = '', beneath }: { details?: string; beneath?: boolean }): void {
    this.#taken++
    const { use, room, hosts = true } = this.#options
    const isServed = !this.#types || servedBy(entry.kind, hosts).some((type) => this.#types?.includes(type))
    if (!isServed || !ASKED_FOR[use].has(entry.kind)) {
      this.leftOut++
      return
    }
    if (entry.kind === 'name') entry.beneath ||= use === 'own' || (this.#options.beneath ?? beneath ?? false)
    const known = this.index.add(entry, details)
    if (known === undefined) {
      if (this.index.size > room) throw new NoRoom(room)
      return
    }
    const merged = merge(known, details)
    if (merged !== known) this.index.setDetails(entry, merged)
  }
}
