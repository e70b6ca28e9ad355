import { createHash } from 'node:crypto'
import type { Load } from '../store/store.ts'
import type { RecentResult, SearcherActivity } from './recent.ts'

/** What the page shows. */
export interface Status {
  /** The service's name. */
  name: string
  /** Why it is not ready, or nothing. */
  notReady?: string
  /** What there is to do; nothing when the store does not answer. */
  load?: Load
  /** How many searches this replica runs. */
  running: number
  /** How long this replica has been up: in seconds. */
  upSecs: number
  /** Where searches are kept, without a password. */
  store: 'MongoDB' | 'memory'
  searchers: { name: string; types: readonly string[]; activity?: SearcherActivity }[]
  results: readonly RecentResult[]
  /** The ids of the sources that are left alone because they have failed many times in a row. */
  openBreakers: readonly string[]
  now: Date
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 70rem; padding: 1rem }
h1 { font-size: 1.4rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
.state { border-left: .4rem solid #2a7d46; padding: .25rem .75rem }
.state.bad { border-color: #c0392b }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .5rem; margin: 1rem 0 }
dl div { border: 1px solid #8886; border-radius: .4rem; padding: .5rem .75rem }
dt { font-size: .85rem }
dd { font-size: 1.4rem; margin: 0; font-variant-numeric: tabular-nums }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8886; padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top }
td.n { font-variant-numeric: tabular-nums }
td.wide { overflow-wrap: anywhere; min-width: 12rem }
.failed { color: #b3261e; font-weight: 600 }
@media (prefers-color-scheme: dark) { .failed { color: #ff8a80 } }
footer { font-size: .85rem; margin-top: 2rem }
`

/** Every few seconds the parts that have changed are put in place of the old ones, so that nothing flickers. */
const SCRIPT = `
const parts = () => document.querySelectorAll('main > [id]')
setInterval(async () => {
  if (document.hidden) return
  const state = document.getElementById('connection')
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(10000) })
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    document.title = fresh.title
    for (const part of parts()) {
      const next = fresh.getElementById(part.id)
      if (next && next.outerHTML !== part.outerHTML) part.replaceWith(document.adoptNode(next))
    }
    state.textContent = ''
  } catch {
    state.textContent = 'This replica does not answer; what is shown is old.'
  }
}, 5000)
`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Allows the page its own style and script, and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  'img-src data:',
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ')

/** The status page: a whole HTML document. */
export function renderPage(status: Status): string {
  const { name, notReady, now } = status
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(`${notReady === undefined ? 'Ready' : 'Not ready'}: ${name}`)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<noscript><meta http-equiv="refresh" content="10"></noscript>
</head>
<body>
<main>
<h1>${escape(name)}</h1>
${renderState(status)}
${renderLoad(status)}
${renderSearchers(status)}
${renderResults(status)}
<footer id="at">Counts and results are those of this replica, since its start or for the last hour. Shown at ${time(now)} UTC.</footer>
</main>
<p id="connection" role="status"></p>
<script>${SCRIPT}</script>
</body>
</html>
`
}

function renderState({ notReady, openBreakers, store }: Status): string {
  const lines = [
    notReady === undefined ? `Ready: takes artifacts, and ${keptIn(store)}.` : `Not ready: ${notReady}`,
    ...openBreakers.map((source) => `${source} has failed many times in a row and is left alone for a while.`),
  ]
  const isBad = notReady !== undefined || openBreakers.length > 0
  return `<div id="state" role="status" class="state${isBad ? ' bad' : ''}">${lines.map((line) => `<p>${escape(line)}</p>`).join('')}</div>`
}

function keptIn(store: Status['store']): string {
  return store === 'memory' ? 'keeps results in memory, for as long as this process lives' : 'the database answers'
}

function renderLoad({ load, running, upSecs, store }: Status): string {
  const facts: [string, string][] = [
    ['Running, all replicas', load ? String(load.running) : 'unknown'],
    ['Waiting, all replicas', load ? String(load.waiting) : 'unknown'],
    ['Oldest without a result', load ? duration(load.oldestSecs * 1000) : 'unknown'],
    ['Running here', String(running)],
    ['Up', duration(upSecs * 1000)],
    ['Store', store],
  ]
  const items = facts.map(([term, fact]) => `<div><dt>${escape(term)}</dt><dd>${escape(fact)}</dd></div>`)
  return `<dl id="load">${items.join('')}</dl>`
}

function renderSearchers({ searchers }: Status): string {
  const rows = searchers.map(({ name, types, activity }) => [
    cell(name),
    cell(types.join(', '), 'wide'),
    cell(String(activity?.hit ?? 0), 'n'),
    cell(String(activity?.none ?? 0), 'n'),
    cell(String(activity?.failed ?? 0), activity?.failed ? 'n failed' : 'n'),
    cell(activity ? duration(activity.meanMs) : '', 'n'),
    cell(activity ? duration(activity.slowestMs) : '', 'n'),
    cell(activity?.lastFailure ? failureText(activity.lastFailure) : '', 'wide'),
  ])
  const head = ['Searcher', 'Types', 'Hits', 'Nothing', 'Failed', 'Mean', 'Slowest', 'Last failure']
  return `<section id="searchers"><h2>Searchers in the last hour</h2>${table('Searchers in the last hour', head, rows, 'This service has no searchers.')}</section>`
}

function renderResults({ results }: Status): string {
  const rows = results.map(({ at, type, value, outcomes, ms }) => [
    cell(time(new Date(at)), 'n'),
    cell(type),
    cell(value ?? 'not shown', 'wide'),
    cell(outcomes.join(', ') || 'no searcher'),
    cell(duration(ms), 'n'),
  ])
  const head = ['At (UTC)', 'Type', 'Value', 'Outcomes', 'Time']
  return `<section id="results"><h2>Newest results</h2>${table('Newest results', head, rows, 'None yet.')}</section>`
}

function failureText({ at, kind, message }: NonNullable<SearcherActivity['lastFailure']>): string {
  return `${time(new Date(at))} ${kind}: ${message}`
}

function table(label: string, head: readonly string[], rows: readonly string[][], none: string): string {
  if (rows.length === 0) return `<p>${none}</p>`
  const heads = head.map((text) => `<th scope="col">${text}</th>`).join('')
  const body = rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('')
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`
}

function cell(text: string, style?: string): string {
  return `<td${style ? ` class="${style}"` : ''}>${escape(text)}</td>`
}

function time(date: Date): string {
  return date.toISOString().slice(11, 19)
}

function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const secs = ms / 1000
  if (secs < 100) return `${secs.toFixed(1)} s`
  if (secs < 6000) return `${Math.round(secs / 60)} min`
  return secs < 172_800 ? `${Math.round(secs / 3600)} h` : `${Math.round(secs / 86_400)} d`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
