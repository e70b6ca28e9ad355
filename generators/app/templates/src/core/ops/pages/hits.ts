import type { Hit, Property } from '../../protocol/hit.ts'
import { html, type Html } from './html.ts'

/** Hits as SOAR shows them: names and values, and links that can be clicked. */
export function renderHits(hits: readonly Hit[]): Html[] {
  return hits.map(({ props }) => {
    const rows = props.map(
      (prop) =>
        html`<dt>${prop.name}</dt>
          <dd>${renderValue(prop)}</dd>`,
    )
    return html`<div class="hit"><dl>${rows}</dl></div>`
  })
}

function renderValue({ type, value }: Property): Html {
  if (type === 'uri') return html`<a href="${value}" rel="noopener noreferrer" target="_blank">${value}</a>`
  return typeof value === 'object' ? html`${value.lat}, ${value.lng}` : html`${value}`
}
