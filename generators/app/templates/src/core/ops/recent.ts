import type { Events } from '../events.ts'
import { PASSWORD_TYPE, type AnyArtifact } from '../protocol/artifact.ts'
import { outcomeName, outcomeText, type Failure, type FailureKind } from '../protocol/outcome.ts'

const HOUR_MS = 3_600_000
/** What "lately" means where an hour is too long: in minutes. */
const LATELY_MINUTES = 5
/** How many of the newest results are kept. */
const NEWEST = 20
const MAX_VALUE_LENGTH = 100

/** A failure, and when that was. */
export type PastFailure = Failure & { at: number }

/** What came of some look-ups. Times are milliseconds. */
export interface Counts {
  hit: number
  none: number
  failed: number
  meanMs: number
  slowestMs: number
}

/** What came of the look-ups of a source in the last hour. */
export interface LookUpActivity extends Counts {
  /** The same in the last five minutes. */
  lately: Counts
  /** The last of each kind, the newest first. */
  failures: PastFailure[]
  /** Since when its key has been refused, if the last that it did was to refuse it. */
  keyRefusedSince?: number
}

/** A finished search, without what must not be shown. */
export interface RecentResult {
  id: string
  at: number
  type: string
  /** Short; `undefined` for a password. */
  value?: string
  /** Such as `urlhaus: hit`. */
  outcomes: string[]
  ms: number
}

/** What this process did lately. */
export interface Recent {
  lookUps(): Map<string, LookUpActivity>
  /** The newest first. */
  results(): readonly RecentResult[]
  /** The sources that are left alone, by id, and since when. */
  openBreakers(): ReadonlyMap<string, number>
  /** Since when the store has not answered, if it does not. */
  storeAwaySince(): number | undefined
}

interface Minute {
  hit: number
  none: number
  failed: number
  ms: number
  slowestMs: number
}

interface LookUpMemory {
  minutes: Minutes<Minute>
  failures: Map<FailureKind, PastFailure>
  keyRefusedSince?: number | undefined
}

/** Remembers what happened in the last hour. It takes the same memory however much that is. */
export function createRecent(events: Events, now: () => number = Date.now): Recent {
  const memories = new Map<string, LookUpMemory>()
  const breakers = new Map<string, number>()
  let results: RecentResult[] = []
  let storeAwaySince: number | undefined

  const memoryOf = (lookUp: string): LookUpMemory => {
    const known = memories.get(lookUp)
    if (known) return known
    const minutes = new Minutes<Minute>(() => ({ hit: 0, none: 0, failed: 0, ms: 0, slowestMs: 0 }), now)
    const memory = { minutes, failures: new Map() }
    memories.set(lookUp, memory)
    return memory
  }

  events.on('lookUpFinished', ({ outcome, ms }) => {
    const memory = memoryOf(outcome.lookUp)
    const minute = memory.minutes.current()
    const name = outcomeName(outcome)
    minute[name === 'hit' || name === 'none' ? name : 'failed'] += 1
    minute.ms += ms
    minute.slowestMs = Math.max(minute.slowestMs, ms)
    const isRefused = name === 'key_refused'
    memory.keyRefusedSince = isRefused ? (memory.keyRefusedSince ?? now()) : undefined
    if ('failure' in outcome) memory.failures.set(outcome.failure.kind, { ...outcome.failure, at: now() })
  })
  events.on('searchFinished', ({ id, artifact, outcomes, ms }) => {
    const { type } = artifact
    const result = { id, at: now(), type, value: shownValue(artifact), outcomes: outcomes.map(outcomeText), ms }
    results = [result, ...results].slice(0, NEWEST)
  })
  events.on('breakerChanged', ({ source, open }) => {
    if (open) breakers.set(source, now())
    else breakers.delete(source)
  })
  events.on('storeCalled', ({ available }) => {
    storeAwaySince = available ? undefined : (storeAwaySince ?? now())
  })

  return {
    lookUps() {
      return new Map(
        Array.from(memories, ([lookUp, { minutes, failures, keyRefusedSince }]) => {
          const past = [...failures.values()].filter(({ at }) => at > now() - HOUR_MS)
          const activity: LookUpActivity = {
            ...countsOf(minutes.last()),
            lately: countsOf(minutes.last(LATELY_MINUTES)),
            failures: past.toSorted((a, b) => b.at - a.at),
            ...(keyRefusedSince !== undefined && { keyRefusedSince }),
          }
          return [lookUp, activity]
        }),
      )
    },
    results: () => results,
    openBreakers: () => breakers,
    storeAwaySince: () => storeAwaySince,
  }
}

function countsOf(minutes: readonly Minute[]): Counts {
  const sum = (field: 'hit' | 'none' | 'failed' | 'ms') => minutes.reduce((some, one) => some + one[field], 0)
  const [hit, none, failed] = [sum('hit'), sum('none'), sum('failed')]
  const meanMs = sum('ms') / Math.max(1, hit + none + failed)
  return { hit, none, failed, meanMs, slowestMs: Math.max(0, ...minutes.map(({ slowestMs }) => slowestMs)) }
}

/** An artifact's value as a page may show it: no password, and of an address neither user nor query. */
function shownValue({ type, value }: AnyArtifact): string | undefined {
  if (type === PASSWORD_TYPE) return undefined
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const shown = text.replace(/^([a-z][a-z+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/s, (rest) => `${rest[0]}…`)
  return shown.length > MAX_VALUE_LENGTH ? `${shown.slice(0, MAX_VALUE_LENGTH)}…` : shown
}

const MINUTE_MS = 60_000
/** How far counts reach back. */
const MINUTES = 60

interface CountedMinute<T> {
  index: number
  counts: T
}

/** Counts a minute at a time, for the last hour: they take the same memory however much is counted. */
export class Minutes<T> {
  readonly #make: () => T
  readonly #now: () => number
  #minutes: CountedMinute<T>[] = []

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

  #recent(minutes: number): CountedMinute<T>[] {
    return this.#minutes.filter(({ index }) => index > this.#index() - minutes)
  }

  #index(): number {
    return Math.floor(this.#now() / MINUTE_MS)
  }
}

/** What a source was not asked, and why, in the last hour. */
export interface KeptIn {
  title: string
  rule: string
  count: number
}

/** What stayed in the house lately, as far as this process was asked. */
export interface Kept {
  /** The most frequent first. */
  counts(): KeptIn[]
  /** How many artifacts came in the last hour, and how many of them were not what their type says. */
  malformed(): { artifacts: number; malformed: number }
}

/** Remembers what was kept in during the last hour. */
export function createKept(events: Events, now: () => number = Date.now): Kept {
  const minutes = new Minutes(
    () => ({ artifacts: 0, malformed: 0, kept: new Map<string, { title: string; rule: string; count: number }>() }),
    now,
  )
  events.on('request', ({ endpoint }) => {
    if (endpoint === 'scan') minutes.current().artifacts += 1
  })
  events.on('keptIn', ({ kept }) => {
    const counts = minutes.current()
    if (kept.some(({ rule }) => rule === 'malformed')) counts.malformed += 1
    for (const { title, rule } of kept) {
      const key = `${title} ${rule}`
      const count = counts.kept.get(key)?.count ?? 0
      counts.kept.set(key, { title, rule, count: count + 1 })
    }
  })

  return {
    counts() {
      const all = new Map<string, KeptIn>()
      for (const { kept } of minutes.last()) {
        for (const [key, one] of kept) all.set(key, { ...one, count: one.count + (all.get(key)?.count ?? 0) })
      }
      return [...all.values()].toSorted((a, b) => b.count - a.count)
    },
    malformed() {
      const all = minutes.last()
      const sum = (field: 'artifacts' | 'malformed') => all.reduce((some, one) => some + one[field], 0)
      return { artifacts: sum('artifacts'), malformed: sum('malformed') }
    },
  }
}
