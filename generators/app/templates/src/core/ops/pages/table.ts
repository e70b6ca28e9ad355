import { html, type Html, type Part } from './html.ts'

/** A row of a table: its first cell names it. */
export interface Row {
  /** Tells rows apart when the table is brought up to date. */
  key: string
  cells: readonly Part[]
}

/** A table that becomes a list of its rows where there is little room; its roles say even then what it is. */
export function table(label: string, head: readonly string[], rows: readonly Row[], none: string): Html {
  if (rows.length === 0) return html`<p class="faint">${none}</p>`
  const heads = head.map((text) => html`<th role="columnheader" scope="col">${text}</th>`)
  const body = rows.map(({ key, cells: [first, ...rest] }) => {
    const others = rest.map((cell, index) => html`<td role="cell" data-of="${head[index + 1]}">${cell}</td>`)
    return html`<tr role="row" data-key="${key}">
      <th role="rowheader" scope="row">${first}</th>
      ${others}
    </tr>`
  })
  return html`<table role="table" aria-label="${label}">
    <thead role="rowgroup">
      <tr role="row">
        ${heads}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${body}
    </tbody>
  </table>`
}
