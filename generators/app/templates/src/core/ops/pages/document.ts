import { createHash } from 'node:crypto'
import { html, Html, type Part } from './html.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** How often a page is brought up to date: in milliseconds. */
export const REFRESH_MS = 3000

const PAGES = [
  { path: '/', title: 'Status' },
  { path: '/search', title: 'Search' },
  { path: '/look-up', title: 'Look-up' },
]

/** A page to be shown. */
export interface Page {
  /** The service's name. */
  name: string
  title: string
  /** Which of the pages it is: `/`, `/search` or `/look-up`. */
  path: string
  /** Its sections: what has an id there is brought up to date. */
  main: Part
  /** Whether it is brought up to date by itself. */
  isLive: boolean
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Allows a page its own style and script, and forms of its own, and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  'img-src data:',
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
].join('; ')

/** A whole HTML document. */
export function renderDocument({ name, title, path, main, isLive }: Page): string {
  const links = PAGES.map(
    (page) =>
      html`<li><a href="${page.path}" ${page.path === path && html` aria-current="page"`}>${page.title}</a></li>`,
  )
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: ${name}</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>
${isLive && new Html('<noscript><meta http-equiv="refresh" content="10"></noscript>')}
</head>
<body${isLive && html` data-every="${REFRESH_MS}"`}>
<header>
<p>${name}</p>
<nav aria-label="Pages"><ul>${links}</ul></nav>
</header>
<main>
${main}
</main>
<p id="connection" role="status"></p>
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.text
}

/** A page that says why there is no other. */
export function renderProblem(name: string, title: string, sentences: readonly string[]): string {
  const main = html`<h1>${title}</h1>
    ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
    <p><a href="/">Status</a></p>`
  return renderDocument({ name, title, path: '', main, isLive: false })
}
