import type { Reach } from '../../gate/decide.ts'
import type { UrlQueries } from '../../gate/rules.ts'
import type { SourceFacts } from '../sources/source-facts.ts'
import { count } from '../words.ts'
import { html, table, type Html } from './html.ts'

/** What the owner has said of values that may leave the house. */
export interface Leaving {
  /** How many entries there are of what is ours, and of what is known to be harmless. */
  own: number
  good: number
  urlQueries: UrlQueries
  ledger: 'keyed' | 'clear' | 'off'
}

const REACH_WORDS: Readonly<Record<Reach, string>> = {
  local: 'nobody: it stays in this process',
  own: 'your own network',
  query: 'its operator, who is told the value',
  submit: 'its operator, who may publish it',
}

const QUERY_WORDS: Readonly<Record<UrlQueries, string>> = {
  send: 'A URL is sent with its query, unless that holds what is ours or private.',
  cut: 'A URL is sent without its query.',
  keep: 'A URL with a query is kept in.',
}

const LEDGER_WORDS: Readonly<Record<Leaving['ledger'], string>> = {
  keyed: 'The ledger has each call, its value as a keyed digest.',
  clear: 'The ledger has each call, its value in clear.',
  off: 'No ledger is kept of what was sent.',
}

/** What may leave the house, by source. */
export function renderMayLeave(sources: readonly SourceFacts[], { own, good, urlQueries, ledger }: Leaving): Html {
  const rows = sources.map(({ id, title, reach, maySee, ask }) => ({
    key: id,
    cells: [title, REACH_WORDS[reach], maySee.join(', '), ask.replaceAll('-', ' ')],
  }))
  const isPublic = sources.some(({ reach, ask }) => ask !== 'never' && (reach === 'query' || reach === 'submit'))
  const unset =
    own === 0 &&
    isPublic &&
    html`<p>
      <strong class="warn">Nothing is set as your own</strong>, so that your domains and public addresses go to public
      sources like any other: set <code>CTS_OWN</code>.
    </p>`
  return html`<section id="leave">
    <h2>What may leave</h2>
    <p>
      ${count(own, 'entry', 'entries')} of what is ours, ${count(good, 'entry', 'entries')} of what is known to be
      harmless. ${QUERY_WORDS[urlQueries]} ${LEDGER_WORDS[ledger]}
    </p>
    ${unset}${table('What may leave', ['Source', 'Who learns of it', 'May see besides', 'Asked'], rows, 'This service asks no source.')}
  </section>`
}
