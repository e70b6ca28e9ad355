import { USES, type BadLine, type Content, type Use } from './draft.ts'
import type { ListOptions } from './list-options.ts'
import { lookUp, type Match } from './look-up.ts'
import { servedBy, type ListedType } from './entry.ts'

/** What a list holds, and where that is from. */
export interface Loaded extends Content {
  /** How old it is: when its file was written, or when it was last fetched; in milliseconds since 1970. */
  asOf: number
  /** The same for the same content: what was found is looked up anew when it changes. */
  digest: string
}

/** How a list does, for the page, the metrics and `npm run lists`. */
export interface ListStatus {
  /** Its path below the folder, or its name in `lists.json`. */
  list: string
  title: string
  use: Use
  entries: number
  leftOut: number
  /** Seconds since its file was written, or since it was last fetched; not there: nothing is loaded. */
  ageSecs?: number
  /**
   * `too old`: older than `maxAgeHours`; `outdated`: what is there now cannot be used, and what was there before is;
   * `broken`: nothing of it can be used.
   */
  state: 'ok' | 'too old' | 'outdated' | 'broken'
  /** What is wrong, going on from the list's name. */
  problem?: string
  badLineCount: number
  /** The first of them. */
  badLines: readonly BadLine[]
}

/** One list: what it holds, and what is wrong with it. What was loaded once stays until something better comes. */
export class List {
  readonly id: string
  readonly use: Use
  options: ListOptions
  loaded: Loaded | undefined
  /** Why what is there now is not loaded; goes on from the list's name. */
  problem: string | undefined
  /** The bad lines of what was read last, loaded or not. */
  badLines: readonly BadLine[] = []
  badLineCount = 0

  constructor({ id, use, options = {} }: { id: string; use: Use; options?: ListOptions }) {
    this.id = id
    this.use = use
    this.options = options
  }

  /** What analysts know it by. */
  get title(): string {
    return this.options.title ?? this.id
  }

  /** Why "not in this list" cannot be said at a time: it goes on from the list's name. */
  trouble(now: number): string | undefined {
    if (this.problem !== undefined) return this.problem
    if (!this.loaded) return 'is not loaded yet'
    const { maxAgeHours = Infinity } = this.options
    const ageHours = (now - this.loaded.asOf) / 3_600_000
    return ageHours > maxAgeHours ? `is ${Math.ceil(ageHours)} hours old, and may be ${maxAgeHours}` : undefined
  }

  /** The artifact types that it can be asked for: by what is said of it, else by what it holds or held, else all. */
  serves(type: ListedType): boolean {
    const types = this.options.types ?? this.loaded?.types
    if (types) return types.includes(type)
    if (!this.loaded || this.loaded.index.size === 0) return true
    return [...this.loaded.index.kinds].some((kind) => servedBy(kind, this.#hosts).includes(type))
  }

  /** The entries that an artifact matches at a time. */
  match(artifact: { type: ListedType; value: unknown }, now: number): Match[] {
    return this.loaded ? lookUp(this.loaded.index, artifact, { hosts: this.#hosts, now }) : []
  }

  /** How it does at a time. */
  status(now: number): ListStatus {
    const problem = this.trouble(now)
    const { loaded } = this
    return {
      list: this.id,
      title: this.title,
      use: this.use,
      entries: loaded?.index.size ?? 0,
      leftOut: loaded?.leftOut ?? 0,
      ...(loaded && { ageSecs: Math.max(0, Math.floor((now - loaded.asOf) / 1000)) }),
      state: problem === undefined ? 'ok' : !loaded ? 'broken' : this.problem === undefined ? 'too old' : 'outdated',
      ...(problem !== undefined && { problem }),
      badLineCount: this.badLineCount,
      badLines: this.badLines,
    }
  }

  get #hosts(): boolean {
    return this.options.hosts ?? true
  }
}

/** How lists do at a time: what is ours first. */
export function statusOf(lists: readonly List[], now: number): ListStatus[] {
  return lists.toSorted(byUse).map((list) => list.status(now))
}

function byUse(a: List, b: List): number {
  return USES.indexOf(a.use) - USES.indexOf(b.use) || (a.id < b.id ? -1 : 1)
}
