import type { Waiting } from '../../store/store.ts'
import type { LookUpActivity } from '../recent.ts'
import { MAX_COUNTED } from '../sources/read-sources.ts'
import type { SourceFacts, Turns, WindowUse } from '../sources/source-facts.ts'
import { stateOf } from '../sources/source-state.ts'
import { clockTime, count, duration, exactTime, per, searches } from '../words.ts'
import { html, table, type Html } from './html.ts'
import { renderState } from './state-words.ts'

const HEAD = ['Source', 'State', 'Waiting for it', 'Rate limit', 'Here, last hour', 'Last failures here']

/** The sources as rows: how each is, who waits for it, its windows, and what came of it lately. */
export function renderSources(sources: readonly SourceFacts[], now: number): Html {
  const rows = sources.map((facts) => ({
    key: facts.id,
    cells: [
      renderName(facts),
      renderState(stateOf(facts), now),
      renderWaiting(facts.waiting, now),
      renderWindows(facts.turns),
      renderActivity(facts.activity),
      renderFailures(facts.activity, now),
    ],
  }))
  return html`<section id="sources">
    <h2>Sources</h2>
    ${table('Sources', HEAD, rows, 'This service asks no source.')}
  </section>`
}

function renderName({ id, title, types }: SourceFacts): Html {
  const what = types.length > 0 ? types.join(', ') : 'only asked by others'
  return html`${title}${title.toLowerCase() !== id && html` <small>${id}</small>`}<br /><small>${what}</small>`
}

function renderWaiting(waiting: Waiting | undefined, now: number): Html | undefined {
  if (!waiting?.count) return undefined
  const since = waiting.since === undefined ? '' : `, the first since ${clockTime(waiting.since, now)}`
  return html`${searches(waiting.count, MAX_COUNTED)}${since}`
}

function renderWindows(turns: Turns | undefined): Html | undefined {
  return turns && turns.windows.length > 0 ? html`${turns.windows.map(renderWindow)}` : undefined
}

/** A window as a bar, which says in words what it shows. */
function renderWindow({ calls, ms, used }: WindowUse): Html {
  const percent = Math.min(100, Math.round((100 * used) / calls))
  const text = `${used.toLocaleString('en')} of ${calls.toLocaleString('en')} ${per(ms)}`
  return html`<span class="window${percent === 100 && ' full'}"
    >${text}<svg aria-hidden="true" viewBox="0 0 100 4" preserveAspectRatio="none">
      <rect width="100" height="4" />
      <rect width="${percent}" height="4" /></svg
  ></span>`
}

function renderActivity(activity: LookUpActivity | undefined): Html | undefined {
  if (!activity) return undefined
  const { hit, none, failed, meanMs, slowestMs } = activity
  if (hit + none + failed === 0) return undefined
  const failures = failed > 0 ? html`<strong class="bad">${failed} failed</strong>` : '0 failed'
  return html`${count(hit, 'hit')}, ${none} none, ${failures}<br /><small
      >${duration(meanMs)}, at most ${duration(slowestMs)}</small
    >`
}

function renderFailures(activity: LookUpActivity | undefined, now: number): Html | undefined {
  if (!activity || activity.failures.length === 0) return undefined
  const items = activity.failures.map(
    ({ at, kind, message }) => html`<li data-key="${kind}">${exactTime(at, now)} <code>${kind}</code> ${message}</li>`,
  )
  return html`<ul class="plain">
    ${items}
  </ul>`
}
