/** Markup that may be shown as it is. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** What may stand in markup: text is escaped, markup stays, what is missing is left out. */
export type Part = Html | string | number | undefined | false | readonly Part[]

/** Makes markup: every text in it is escaped. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, index) => (index === 0 ? '' : textOf(parts[index - 1])) + text).join(''))
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(textOf).join('')
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

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
