import type { ListStatus } from '../../lists/list.ts'
import { duration } from '../words.ts'
import { html, table, type Html } from './html.ts'

const HEAD = ['List', 'Use', 'State', 'Entries', 'Left out', 'Age']

/** The local lists, as this replica has read them; nothing when there are none. */
export function renderLists(lists: readonly ListStatus[]): Html | undefined {
  if (lists.length === 0) return undefined
  const rows = lists.map((one) => ({
    key: one.list,
    cells: [
      html`${one.title}${one.title !== one.list && html`<br /><small>${one.list}</small>`}`,
      one.use,
      renderState(one),
      one.entries.toLocaleString('en'),
      one.leftOut > 0 && one.leftOut.toLocaleString('en'),
      one.ageSecs !== undefined && duration(one.ageSecs * 1000),
    ],
  }))
  return html`<section id="lists">
    <h2>Lists here</h2>
    ${table('Lists here', HEAD, rows, 'There are none.')}
  </section>`
}

function renderState({ state, problem, badLineCount, badLines }: ListStatus): Html {
  const [first] = badLines
  const lines =
    badLineCount > 0 && first && html`<br /><small>${badLineCount} bad lines, the first is ${first.line}</small>`
  if (state === 'ok') return html`<span class="good">ok</span>${lines}`
  return html`<strong class="${state === 'broken' ? 'bad' : 'warn'}">${state}</strong
    >${problem !== undefined && `: ${problem}`}${lines}`
}
