import { hitsOf } from '../../protocol/outcome.ts'
import type { Answer } from '../../search/result.ts'
import type { SearchView } from '../look-up/search-view.ts'
import type { SourceFacts } from '../sources/source-facts.ts'
import { count, exactTime } from '../words.ts'
import { renderDocument } from './document.ts'
import { renderHits } from './hits.ts'
import { html, type Html } from './html.ts'
import { renderLookUps } from './look-ups.ts'

/** What is shown of a look-up. */
export interface LookUpResult {
  name: string
  view: SearchView
  /** What SOAR is answered once it is done. */
  answer: Answer
  sources: readonly SourceFacts[]
}

/** The hits of a search as they come, as SOAR shows them. */
export function renderLookUpResult({ name, view, answer, sources }: LookUpResult): string {
  const { id, type, active } = view
  const main = html`<h1>Look-up of ${type}</h1>
    ${renderAnswer(view, answer)} ${renderFound(view, answer)} ${renderLookUps(view, sources)}
    <p>
      <a href="/search/${id}">Its search, and the lines of the log</a> · <a href="/look-up">Look something else up</a>
    </p>`
  return renderDocument({ name, title: `Look-up of ${type}`, path: '/look-up', main, isLive: active !== undefined })
}

function renderAnswer({ id, active, outcomes }: SearchView, answer: Answer): Html {
  const known = hitsOf(outcomes).length
  const link = html`<p class="faint">Link to it: <a href="/look-up/${id}">/look-up/${id}</a>. Times are UTC.</p>`
  if (active) {
    const text = `Not done yet: ${known === 0 ? 'no hit so far' : `${count(known, 'hit')} so far`}. SOAR gets 303 and asks again.`
    return html`<div id="state" role="status" class="state warn">
      <p>${text}</p>
      ${link}
    </div>`
  }
  if ('failure' in answer) {
    const text = `${answer.failure}. SOAR gets 502 and sends the artifact again later.`
    return html`<div id="state" role="status" class="state bad">
      <p>${text}</p>
      ${link}
    </div>`
  }
  const text =
    known === 0 ? 'Nothing found. SOAR gets 200 with no hit.' : `${count(known, 'hit')}. SOAR marks the artifact red.`
  return html`<div id="state" role="status" class="state${known > 0 && ' bad'}">
    <p>${text}</p>
    ${link}
  </div>`
}

function renderFound({ lookUps, outcomes, now }: SearchView, answer: Answer): Html {
  const groups = lookUps.flatMap(({ id, title }) => {
    const mine = outcomes.filter((outcome) => outcome.lookUp === id)
    const hits = hitsOf(mine)
    const [outcome] = mine
    if (hits.length === 0 || !outcome) return []
    const times = `found ${exactTime(outcome.at, now)}, fresh until ${exactTime(outcome.freshUntil, now)}`
    return [
      html`<div data-key="${id}">
        <h3>${title} <small>${times}</small></h3>
        ${renderHits(hits)}
      </div>`,
    ]
  })
  const notes = 'hits' in answer ? answer.hits.slice(hitsOf(outcomes).length) : []
  const beside =
    notes.length > 0 &&
    html`<div data-key="">
      <h3>Beside them</h3>
      ${renderHits(notes)}
    </div>`
  return html`<section id="hits">
    <h2>Hits</h2>
    ${groups.length > 0 ? groups : html`<p class="faint">None.</p>`}${beside}
  </section>`
}
