import type { Hit } from './hit.ts'

/** Why a look-up could not find out, in a word that logs and metrics count by. */
export const FAILURE_KINDS = [
  'key_refused',
  'rate_limited',
  'unavailable',
  'unexpected_answer',
  'timeout',
  'waited_too_long',
  'bad_hits',
  'kept_in',
  'gave_up',
  'error',
] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

/** A look-up that could not find out. The message is shown to the analyst: it holds no key and no artifact. */
export interface Failure {
  kind: FailureKind
  message: string
}

/** Hits of an earlier look-up. */
export interface FormerHits {
  hits: Hit[]
  /** When they were found, by the store's clock: in milliseconds since 1970. */
  at: number
}

/** What came of one look-up. Times are by the store's clock: milliseconds since 1970. */
export type Outcome = {
  /** Its id: that of its source, or the name of a searcher with code of its own. */
  lookUp: string
  at: number
  /** Until then it is not made again. */
  freshUntil: number
  /** The state of the local lists that it is of, if it is of those. */
  revision?: string
} &
  /** `gaps`: what of it could not be asked. */
  (
    | { hits: Hit[]; gaps?: readonly string[] }
    /** `former`: what it had found before, if it had: what is old may still say yes. */
    | { failure: Failure; former?: FormerHits }
  )

/** An outcome that is a failure. */
export type FailedOutcome = Extract<Outcome, { failure: Failure }>

/** The property that says when hits of an earlier look-up were found. */
const AS_OF = 'As of'

/** The hits of all outcomes, in their order; those of an earlier look-up say as of when they are. */
export function hitsOf(outcomes: readonly Outcome[]): Hit[] {
  return outcomes.flatMap((outcome) => {
    if ('hits' in outcome) return outcome.hits
    const { hits = [], at = 0 } = outcome.former ?? {}
    // no two properties of a hit have one name
    return hits.map(({ props }) => ({ props: [...props.filter(({ name }) => name !== AS_OF), asOf(at)] }))
  })
}

/** The outcomes that are failures. */
export function failuresOf(outcomes: readonly Outcome[]): FailedOutcome[] {
  return outcomes.filter((outcome) => 'failure' in outcome)
}

/** What came of a look-up, in a word that the log and the metrics have: `hit`, `none`, or the kind of its failure. */
export function outcomeName(outcome: Outcome): 'hit' | 'none' | FailureKind {
  if ('failure' in outcome) return outcome.failure.kind
  return outcome.hits.length === 0 ? 'none' : 'hit'
}

/** A look-up and what came of it, such as `urlhaus: hit`. */
export function outcomeText(outcome: Outcome): string {
  return `${outcome.lookUp}: ${outcomeName(outcome)}`
}

function asOf(at: number): Hit['props'][number] {
  return { type: 'string', name: AS_OF, value: new Date(at).toISOString() }
}

/** A look-up that is not made. */
export interface NotAsked {
  /** The id of its source, or the name of the searcher. */
  lookUp: string
  title: string
  /** Why, in a word: a rule of the gate. */
  rule: string
}
