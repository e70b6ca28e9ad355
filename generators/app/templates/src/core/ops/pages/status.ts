import type { ListStatus } from '../../lists/list.ts'
import type { LiveReplica, Load } from '../../store/store.ts'
import type { KeptIn, RecentResult } from '../recent.ts'
import type { SourceFacts } from '../sources/source-facts.ts'
import type { Verdict } from '../verdict.ts'
import { duration, exactTime } from '../words.ts'
import { renderDocument } from './document.ts'
import { factList, html, table, type Html } from './html.ts'
import { renderLists } from './lists.ts'
import { renderMayLeave, type Leaving } from './may-leave.ts'
import { renderSources } from './sources.ts'

/** What the status page shows. */
export interface Status {
  /** The service's name. */
  name: string
  verdict: Verdict
  /** What there is to do; nothing when the store does not answer. */
  load?: Load | undefined
  /** How many searches this replica runs. */
  running: number
  /** How long this replica has been up: in milliseconds. */
  upMs: number
  /** Where searches are kept. */
  store: 'MongoDB' | 'memory'
  sources: readonly SourceFacts[]
  leaving: Leaving
  kept: readonly KeptIn[]
  /** The local lists of this replica. */
  lists: readonly ListStatus[]
  /** The replicas that are alive; nothing when the store does not answer. */
  replicas?: readonly LiveReplica[] | undefined
  /** The name of this replica. */
  replica: string
  results: readonly RecentResult[]
  now: number
  /** When the database said what is shown of searches and sources. */
  knownAt: number
}

/** The status page: a whole HTML document. */
export function renderStatus(status: Status): string {
  const { name, verdict, now, knownAt } = status
  const title = verdict.isWell ? 'Well' : verdict.isReady ? 'Trouble' : 'Not ready'
  const main = html`<h1>Status</h1>
    ${renderVerdict(status)} ${renderLoad(status)} ${renderSources(status.sources, now)}
    ${renderMayLeave(status.sources, status.leaving)} ${renderKept(status)} ${renderLists(status.lists)}
    ${renderReplicas(status)} ${renderResults(status)}
    <footer id="at">
      Times are UTC; shown at ${exactTime(now, now)}, searches and sources as the database had them at
      ${exactTime(knownAt, now)}. What says “here” is this replica's own, since its start or for the last hour; the rest
      is the whole service's.
    </footer>`
  return renderDocument({ name, title, path: '/', main, isLive: true })
}

function renderVerdict({ verdict, store }: Status): Html {
  const [first, ...others] = verdict.sentences
  const colour = verdict.isWell ? '' : verdict.isReady ? ' warn' : ' bad'
  const list =
    others.length > 0 &&
    html`<ul>
      ${others.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>`
  const memory =
    store === 'memory' &&
    html`<p>
      Searches and results are kept in memory and lost with this process: set <code>MONGODB_URL</code> to keep them.
    </p>`
  return html`<div id="state" role="status" class="state${colour}">
    <p>${first}</p>
    ${list}${memory}
  </div>`
}

function renderLoad({ load, running, upMs, store }: Status): Html {
  const facts: [string, string][] = [
    ['Running', load ? String(load.running) : 'unknown'],
    ['Waiting', load ? load.waiting.toLocaleString('en') : 'unknown'],
    ['Oldest without a result', load ? duration(load.oldestSecs * 1000) : 'unknown'],
    ['Running here', String(running)],
    ['Up here', duration(upMs)],
    ['Store', store],
  ]
  return html`<div id="load">${factList(facts)}</div>`
}

function renderKept({ kept }: Status): Html {
  const rows = kept.map(({ title, rule, count }) => ({ key: `${title} ${rule}`, cells: [title, rule, count] }))
  return html`<section id="kept">
    <h2>Kept in here, last hour</h2>
    ${table('Kept in here, last hour', ['Source', 'Rule', 'Artifacts'], rows, 'Nothing.')}
  </section>`
}

function renderReplicas({ replicas, replica, now }: Status): Html {
  const rows = (replicas ?? []).map(({ id, host, startedAt, seenAt }) => ({
    key: id,
    cells: [
      html`<code>${id.slice(0, 8)}</code>${id === replica && ' (this one)'}`,
      host,
      exactTime(startedAt, now),
      exactTime(seenAt, now),
    ],
  }))
  const none = replicas ? 'None has said so yet.' : 'Unknown: the database does not answer.'
  return html`<section id="replicas">
    <h2>Replicas that are alive</h2>
    ${table('Replicas that are alive', ['Replica', 'Host', 'Since', 'Last seen'], rows, none)}
  </section>`
}

function renderResults({ results, now }: Status): Html {
  const rows = results.map(({ id, at, type, value, outcomes, ms }) => ({
    key: `${id} ${at}`,
    cells: [
      html`<a href="/search/${id}">${exactTime(at, now)}</a>`,
      type,
      value ?? html`<span class="faint">not shown</span>`,
      outcomes.join(', ') || 'none',
      duration(ms),
    ],
  }))
  const head = ['At', 'Type', 'Value', 'Outcomes', 'Time']
  return html`<section id="results">
    <h2>Newest results here</h2>
    ${table('Newest results here', head, rows, 'None yet.')}
  </section>`
}
