import type { SearchView } from '../look-up/search-view.ts'
import { GUESS } from '../look-up/read-artifact.ts'
import type { SourceFacts } from '../sources/source-facts.ts'
import { exactTime } from '../words.ts'
import { renderArtifactForm } from './artifact-form.ts'
import { renderDocument } from './document.ts'
import { factList, html, type Html } from './html.ts'
import { renderLookUps } from './look-ups.ts'

/** The search page before anything is asked, or with what was wrong. */
export interface SearchForm {
  name: string
  lookedUp: readonly string[]
  problem?: string
}

/** The page on which a search is found by its id or its artifact. */
export function renderSearchForm({ name, lookedUp, problem }: SearchForm): string {
  const main = html`<h1>Find a search</h1>
    ${problem !== undefined && html`<p role="alert"><strong class="bad">${problem}</strong></p>`}
    <form method="get" action="/search">
      <label for="id">Id, as SOAR and the log have it</label>
      <input id="id" name="id" required autocomplete="off" spellcheck="false" maxlength="100" />
      <div><button>Find by id</button></div>
    </form>
    <h2>Or by its artifact</h2>
    <p>The id is worked out from the value and nothing is sent to any source.</p>
    ${renderArtifactForm({ action: '/search', value: '', type: GUESS, lookedUp, buttons: html`<button>Find by artifact</button>` })}`
  return renderDocument({ name, title: 'Find a search', path: '/search', main, isLive: false })
}

/** What is known of a search. */
export function renderSearch(name: string, view: SearchView, sources: readonly SourceFacts[]): string {
  const { id, type, active } = view
  const main = html`<h1>Search of ${type}</h1>
    ${renderWhen(view)} ${renderLookUps(view, sources)}
    <section>
      <h2>In the log</h2>
      <p>
        Each line of it has <code>"id":"${id}"</code>: <code>request</code>, <code>kept in</code>,
        <code>look-up failed</code>, <code>search finished</code>; with <code>LOG_LEVEL=debug</code>,
        <code>search given back</code> too.
      </p>
      <p>
        <code>docker compose logs service | grep ${id}</code><br /><code
          >kubectl logs deployment/cts --all-pods | grep ${id}</code
        ><br /><code>journalctl --unit ${name} | grep ${id}</code>
      </p>
    </section>
    <p><a href="/look-up/${id}">Its hits, as SOAR shows them</a></p>`
  return renderDocument({ name, title: `Search of ${type}`, path: '/search', main, isLive: active !== undefined })
}

function renderWhen({ id, active, result, now }: SearchView): Html {
  const facts: [string, string][] = [
    ['State', active ? (active.isHeld ? 'running' : 'waiting') : 'done'],
    ...(active
      ? ([
          ['Came at', exactTime(active.enteredAt, now)],
          ['Ended at the latest', exactTime(active.endsAt, now)],
        ] satisfies [string, string][])
      : []),
    ...(result
      ? ([
          [active ? 'Former result of' : 'Finished at', exactTime(result.finishedAt, now)],
          ['Can be read until', exactTime(result.readableUntil, now)],
        ] satisfies [string, string][])
      : []),
  ]
  return html`<div id="when">
    <p class="faint">Id <code>${id}</code>. Times are UTC.</p>
    ${factList(facts)}
  </div>`
}
