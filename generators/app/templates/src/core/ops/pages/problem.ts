import { renderDocument } from './document.ts'
import { html } from './html.ts'

/** A page that says why there is no other. */
export function renderProblem(name: string, title: string, sentences: readonly string[]): string {
  const main = html`<h1>${title}</h1>
    ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
    <p><a href="/">Status</a></p>`
  return renderDocument({ name, title, path: '', main, isLive: false })
}
