import { OWNERS_CHOICE, ruleWords } from '../gate/decide.ts'
import type { Hit } from '../protocol/hit.ts'
import { failuresOf, hitsOf, type FormerHits, type NotAsked, type Outcome } from '../protocol/outcome.ts'
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
  let last: Outcome | undefined
  for (const outcome of outcomes) {
    if (outcome.lookUp === lookUp && (!last || outcome.at > last.at)) last = outcome
  }
  return last
}

/** What is answered of a search that is done. */
export type Answer = { hits: Hit[] } | { failure: string }

/**
 * What outcomes come to. "Nothing found" is said only when every look-up that may be made was made; hits say beside
 * them what could not be asked, and what was not.
 * @param lookUps of the artifact's type: outcomes of others are ignored.
 */
export function answerOf(
  lookUps: readonly LookUp[],
  outcomes: readonly Outcome[],
  notAsked: readonly NotAsked[],
): Answer {
  const known = lookUps.flatMap(({ id }) => outcomes.filter(({ lookUp }) => lookUp === id))
  const hits = hitsOf(known)
  // as nearly always: there is nothing to say beside them
  if (notAsked.length === 0 && known.every(isWhole)) return { hits }
  const failures = failuresOf(known)
  const optional = new Set(lookUps.filter(({ settings }) => settings.optional).map(({ id }) => id))
  const text = (some: typeof failures) => some.map(({ lookUp, failure }) => `${lookUp}: ${failure.message}`).join('; ')
  const gaps = known.flatMap((one) => ('gaps' in one && one.gaps ? [`${one.lookUp}: ${one.gaps.join('; ')}`] : []))
  if (hits.length === 0) {
    const serious = failures.filter(({ lookUp }) => !optional.has(lookUp))
    return serious.length > 0 ? { failure: `Not every source could be asked: ${text(serious)}` } : { hits }
  }
  const anew = failures.filter(({ former }) => !former)
  const again = failures.filter(({ former }) => former)
  const ids = new Set(lookUps.map(({ id }) => id))
  const kept = notAsked
    .filter(({ lookUp, rule }) => ids.has(lookUp) && !OWNERS_CHOICE.has(rule))
    .map(({ title, rule }) => `${title}: ${ruleWords(rule)}`)
  return {
    hits: [
      ...hits,
      ...note('Could not be asked', [...gaps, text(anew)].filter((one) => one !== '').join('; ')),
      ...note('Could not be asked again', text(again)),
      ...note('Not asked', kept.join('; ')),
    ],
  }
}

function isWhole(outcome: Outcome): boolean {
  return 'hits' in outcome && !outcome.gaps
}

function note(name: string, value: string): Hit[] {
  return value === '' ? [] : [{ props: [{ type: 'string', name, value }] }]
}

/** The largest that the outcomes of one search may be in the store, whose documents hold 16 MB: in bytes of JSON. */
const MAX_BYTES = 12_000_000

/** Outcomes that fit into the store: hits that do not are left out, and one says so in their place. */
export function shortened(outcomes: readonly Outcome[], maxBytes = MAX_BYTES): Outcome[] {
  let left = maxBytes
  const fitting = (hits: readonly Hit[]): Hit[] => {
    const kept = hits.filter((hit) => {
      const bytes = Buffer.byteLength(JSON.stringify(hit))
      const fits = bytes <= left
      if (fits) left -= bytes
      return fits
    })
    return kept.length === hits.length ? kept : [...kept, leftOut(hits.length - kept.length)]
  }
  return outcomes.map((outcome) => {
    if ('hits' in outcome) return { ...outcome, hits: fitting(outcome.hits) }
    return outcome.former ? { ...outcome, former: { ...outcome.former, hits: fitting(outcome.former.hits) } } : outcome
  })
}

function leftOut(count: number): Hit {
  const value = `${count} of its hits: all hits together are larger than can be kept`
  return { props: [{ type: 'string', name: 'Left out', value }] }
}
