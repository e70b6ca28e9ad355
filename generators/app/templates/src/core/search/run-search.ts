import type { Failure, Outcome } from '../protocol/outcome.ts'
import type { ActiveSearch } from '../store/store.ts'
import type { Attempt } from './run-searcher.ts'
import type { Searcher } from './searcher.ts'

/** What came of a search: every outcome, or what is known so far and when to go on. */
export interface Progress {
  outcomes: Outcome[]
  /** There when a searcher is still to be asked: after this many seconds. */
  afterSecs?: number
}

/**
 * Runs the searchers of a search that have no outcome yet, side by side.
 * @param run runs one searcher.
 * @param record is given each outcome but the last, which ends the search: so that pending answers have it at once.
 */
export async function runSearch(
  search: ActiveSearch,
  searchers: readonly Searcher[],
  run: (searcher: Searcher) => Promise<Attempt>,
  record: (outcome: Outcome) => Promise<void>,
): Promise<Progress> {
  const outcomes = [...search.outcomes]
  const due = searchers.filter(({ name }) => !outcomes.some(({ searcher }) => searcher === name))
  for (const name of search.pending) {
    if (!searchers.some((searcher) => searcher.name === name)) outcomes.push(goneFrom(name))
  }
  const waits: number[] = []
  let open = due.length
  await Promise.all(
    due.map(async (searcher) => {
      const attempt = await run(searcher)
      open -= 1
      if ('afterSecs' in attempt) waits.push(attempt.afterSecs)
      else {
        outcomes.push(attempt)
        if (open > 0 || waits.length > 0) await record(attempt)
      }
    }),
  )
  return waits.length > 0 ? { outcomes, afterSecs: Math.min(...waits) } : { outcomes }
}

/** The outcomes of a search that is not tried again: the searchers that have none yet have failed. */
export function giveUp(search: ActiveSearch, failure: Failure): Outcome[] {
  return [...search.outcomes, ...search.pending.map((searcher) => ({ searcher, failure }))]
}

function goneFrom(searcher: string): Outcome {
  return { searcher, failure: { kind: 'error', message: 'this service has no searcher of that name any more' } }
}
