import type { Events } from '../events.ts'
import { PASSWORD_TYPE, type AnyArtifact } from '../protocol/artifact.ts'
import { outcomeName, outcomeText, type Failure } from '../protocol/outcome.ts'

const MINUTE_MS = 60_000
/** How far the counts of searchers reach back. */
const MINUTES = 60
/** How many of the newest results are kept. */
const NEWEST = 20
const MAX_VALUE_LENGTH = 100

/** What a searcher did in the last hour. Times are milliseconds. */
export interface SearcherActivity {
  hit: number
  none: number
  failed: number
  meanMs: number
  slowestMs: number
  lastFailure?: Failure & { at: number }
}

/** A finished search, without what must not be shown. */
export interface RecentResult {
  at: number
  type: string
  /** Short; `undefined` for a password. */
  value?: string
  /** Such as `url: hit`. */
  outcomes: string[]
  ms: number
}

/** What this process did lately. */
export interface Recent {
  searchers(): Map<string, SearcherActivity>
  /** The newest first. */
  results(): readonly RecentResult[]
  /** The ids of the sources that are left alone. */
  openBreakers(): readonly string[]
}

interface Minute {
  index: number
  hit: number
  none: number
  failed: number
  ms: number
  slowestMs: number
}

/** Remembers what happened in the last hour. It takes the same memory however much that is. */
export function createRecent(events: Events, now: () => number = Date.now): Recent {
  const minutes = new Map<string, Minute[]>()
  const failures = new Map<string, Failure & { at: number }>()
  const breakers = new Set<string>()
  let results: RecentResult[] = []
  const thisMinute = () => Math.floor(now() / MINUTE_MS)
  const isRecent = ({ index }: Minute) => index > thisMinute() - MINUTES

  const minuteOf = (searcher: string): Minute => {
    const kept = (minutes.get(searcher) ?? []).filter(isRecent)
    let last = kept.at(-1)
    if (last?.index !== thisMinute()) {
      last = { index: thisMinute(), hit: 0, none: 0, failed: 0, ms: 0, slowestMs: 0 }
      kept.push(last)
    }
    minutes.set(searcher, kept)
    return last
  }

  events.on('searcherFinished', ({ searcher, outcome, ms }) => {
    const minute = minuteOf(searcher)
    const name = outcomeName(outcome)
    minute[name === 'hit' || name === 'none' ? name : 'failed'] += 1
    minute.ms += ms
    minute.slowestMs = Math.max(minute.slowestMs, ms)
    if ('failure' in outcome) failures.set(searcher, { ...outcome.failure, at: now() })
  })
  events.on('searchFinished', ({ artifact, outcomes, ms }) => {
    const { type } = artifact
    const result = { at: now(), type, value: shownValue(artifact), outcomes: outcomes.map(outcomeText), ms }
    results = [result, ...results].slice(0, NEWEST)
  })
  events.on('breakerChanged', ({ source, open }) => {
    if (open) breakers.add(source)
    else breakers.delete(source)
  })

  return {
    searchers() {
      return new Map(
        Array.from(minutes, ([searcher, all]) => {
          const recent = all.filter(isRecent)
          const sum = (field: 'hit' | 'none' | 'failed' | 'ms') => recent.reduce((some, one) => some + one[field], 0)
          const [hit, none, failed] = [sum('hit'), sum('none'), sum('failed')]
          const failure = failures.get(searcher)
          return [
            searcher,
            {
              hit,
              none,
              failed,
              meanMs: sum('ms') / Math.max(1, hit + none + failed),
              slowestMs: Math.max(0, ...recent.map((minute) => minute.slowestMs)),
              lastFailure: failure && failure.at > now() - MINUTES * MINUTE_MS ? failure : undefined,
            },
          ]
        }),
      )
    },
    results: () => results,
    openBreakers: () => [...breakers].toSorted(),
  }
}

/** An artifact's value as a page may show it: no password, and of an address neither user nor query. */
function shownValue({ type, value }: AnyArtifact): string | undefined {
  if (type === PASSWORD_TYPE) return undefined
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const shown = text.replace(/^([a-z][a-z+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/s, (rest) => `${rest[0]}…`)
  return shown.length > MAX_VALUE_LENGTH ? `${shown.slice(0, MAX_VALUE_LENGTH)}…` : shown
}
