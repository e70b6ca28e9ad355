import { outcomeName, type Outcome } from '../../protocol/outcome.ts'
import type { LookUpView, SearchView } from '../look-up/search-view.ts'
import type { SourceFacts } from '../sources/source-facts.ts'
import { stateOf } from '../sources/source-state.ts'
import { count, exactTime } from '../words.ts'
import { html, table, type Html, type Part } from './html.ts'
import { renderState } from './state-words.ts'

const HEAD = ['Look-up', 'State', 'Outcome', 'From', 'Fresh until']

/** The look-ups of a search: how each is, what it waits for, and until when its outcome is fresh. */
export function renderLookUps({ lookUps, now }: SearchView, sources: readonly SourceFacts[]): Html {
  const rows = lookUps.map((lookUp) => {
    const outcome = outcomeOf(lookUp)
    const freshUntil = outcome && exactTime(outcome.freshUntil, now)
    const isDue = outcome !== undefined && outcome.freshUntil <= now
    return {
      key: lookUp.id,
      cells: [
        lookUp.title,
        renderProgress(lookUp, sources, now),
        outcome && renderOutcome(outcome),
        outcome && exactTime(outcome.at, now),
        freshUntil && (isDue ? html`${freshUntil}, due again` : freshUntil),
      ],
    }
  })
  return html`<section id="look-ups">
    <h2>Look-ups</h2>
    ${table('Look-ups', HEAD, rows, 'No source looks this type up.')}
  </section>`
}

function renderProgress({ id, state, attempts }: LookUpView, sources: readonly SourceFacts[], now: number): Part {
  switch (state.kind) {
    case 'known':
      return 'done'
    case 'under way':
      return html`under way${attempts > 1 && `, ${count(attempts, 'attempt')}`}`
    case 'waiting': {
      const facts = sources.find((source) => source.id === id)
      const tried = attempts > 0 && html`; ${count(attempts, 'attempt')} ended with a crash`
      return html`waiting${facts && html`; its source: ${renderState(stateOf(facts), now)}`}${tried}`
    }
    case 'deferred':
      return 'made only if the others find nothing'
    case 'not asked':
      return `not asked: ${state.why}`
    case 'none':
      return 'not a part of this search: it is made at the next scan'
  }
}

function outcomeOf({ state }: LookUpView): Outcome | undefined {
  if (state.kind === 'known') return state.outcome
  return state.kind === 'under way' || state.kind === 'waiting' ? state.former : undefined
}

function renderOutcome(outcome: Outcome): Html {
  if ('failure' in outcome)
    return html`<strong class="bad">${outcome.failure.kind}</strong>: ${outcome.failure.message}`
  return outcome.hits.length === 0 ? html`${outcomeName(outcome)}` : html`${count(outcome.hits.length, 'hit')}`
}
