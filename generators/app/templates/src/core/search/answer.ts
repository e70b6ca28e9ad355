import { OWNERS_CHOICE, ruleWords } from '../gate/decide.ts'
import type { Hit } from '../protocol/hit.ts'
import { failuresOf, hitsOf, type NotAsked, type Outcome } from '../protocol/outcome.ts'
import type { LookUp } from './dispatch.ts'

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

function note(name: string, value: string): Hit[] {
  return value === '' ? [] : [{ props: [{ type: 'string', name, value }] }]
}
