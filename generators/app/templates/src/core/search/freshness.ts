import type { FormerHits, Outcome } from '../protocol/outcome.ts'
import type { LookUp } from './dispatch.ts'

/** What is known of an artifact, and what is not. */
export interface Freshness {
  /** The look-ups that have no fresh outcome. */
  due: LookUp[]
  /** The outcomes that are fresh, in the order of the look-ups. */
  fresh: Outcome[]
}

/**
 * What is due of some look-ups. Outcomes of other look-ups are ignored: their sources have been taken out.
 * @param now by the clock that the outcomes have their times of: in milliseconds.
 */
export function freshnessOf(lookUps: readonly LookUp[], outcomes: readonly Outcome[], now: number): Freshness {
  const due: LookUp[] = []
  const fresh: Outcome[] = []
  for (const lookUp of lookUps) {
    const outcome = latest(lookUp.id, outcomes)
    if (outcome && isFresh(outcome, lookUp, now)) fresh.push(outcome)
    else due.push(lookUp)
  }
  return { due, fresh }
}

/**
 * Whether an outcome still holds: for its time, and as long as the lists that it is of have not changed.
 * @param lookUp none if its source has been taken out.
 */
export function isFresh({ freshUntil, revision }: Outcome, lookUp: LookUp | undefined, now: number): boolean {
  return freshUntil > now && (lookUp === undefined || revision === lookUp.lists?.revision)
}

/** What a look-up had found before, if that was anything: it stays when the source cannot be asked again. */
export function formerHitsOf(lookUp: string, outcomes: readonly Outcome[]): FormerHits | undefined {
  const outcome = latest(lookUp, outcomes)
  if (!outcome) return undefined
  if ('failure' in outcome) return outcome.former
  return outcome.hits.length > 0 ? { hits: outcome.hits, at: outcome.at } : undefined
}

function latest(lookUp: string, outcomes: readonly Outcome[]): Outcome | undefined {
  const mine = outcomes.filter((outcome) => outcome.lookUp === lookUp)
  return mine.reduce<Outcome | undefined>((last, one) => (last && last.at >= one.at ? last : one), undefined)
}
