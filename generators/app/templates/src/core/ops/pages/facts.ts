import { html, type Html } from './html.ts'

/** A list of facts, each with the word for it. */
export function factList(facts: readonly (readonly [term: string, fact: string])[]): Html {
  const items = facts.map(
    ([term, fact]) =>
      html`<div>
        <dt>${term}</dt>
        <dd>${fact}</dd>
      </div>`,
  )
  return html`<dl class="facts">${items}</dl>`
}
