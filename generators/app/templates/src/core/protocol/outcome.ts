import type { Hit } from './hit.ts'

/** Why a searcher could not find out, in a word that logs and metrics count by. */
export type FailureKind =
  'key_refused' | 'rate_limited' | 'unavailable' | 'unexpected_answer' | 'timeout' | 'bad_hits' | 'gave_up' | 'error'

/** A searcher that could not find out. The message is shown to the analyst: it holds no key and no artifact. */
export interface Failure {
  kind: FailureKind
  message: string
}

/** What came of one searcher: hits, where none means "looked and found nothing", or a failure. */
export type Outcome = { searcher: string; hits: Hit[] } | { searcher: string; failure: Failure }

/** The hits of all outcomes, in their order. */
export function hitsOf(outcomes: readonly Outcome[]): Hit[] {
  return outcomes.flatMap((outcome) => ('hits' in outcome ? outcome.hits : []))
}

/** The outcomes that are failures. */
export function failuresOf(outcomes: readonly Outcome[]): Extract<Outcome, { failure: Failure }>[] {
  return outcomes.filter((outcome) => 'failure' in outcome)
}

/** What came of a searcher, in a word that the log and the metrics have: `hit`, `none`, or the kind of its failure. */
export function outcomeName(outcome: Outcome): 'hit' | 'none' | FailureKind {
  if ('failure' in outcome) return outcome.failure.kind
  return outcome.hits.length === 0 ? 'none' : 'hit'
}

/** A searcher and what came of it, such as `url: hit`. */
export function outcomeText(outcome: Outcome): string {
  return `${outcome.searcher}: ${outcomeName(outcome)}`
}
