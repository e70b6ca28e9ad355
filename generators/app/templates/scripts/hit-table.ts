import type { Hit, Property } from '../src/core/protocol/hit.ts'

/** The longest line of a value that is shown: what is longer is cut. */
const MAX_CHARACTERS = 100

/** What came of one artifact. */
export interface Scan {
  type: string
  value: unknown
  hits: Hit[]
}

/** Hits as a table: a row for each property, an empty one between hits; each hit's source is beside its first. */
export function hitTable(scans: readonly Scan[]): string {
  const head = ['artifact', 'source', 'property', 'value']
  const groups = scans.map(({ type, value, hits }) => {
    const artifact = [type, typeof value === 'string' ? value : JSON.stringify(value)]
    const rows = hits.flatMap((hit, index) => [...(index > 0 ? [[]] : []), ...rowsOf(hit)])
    return Array.from({ length: Math.max(rows.length, artifact.length) }, (_, row) => {
      const [source, name, text] = rows[row] ?? []
      return [artifact[row], source, name, text].map(oneLine)
    })
  })
  const rows = [head, ...groups.flat()]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  const blocks = groups.map((group) => `${rule}\n${group.map(line).join('\n')}`)
  return [line(head), ...blocks].join('\n')
}

function rowsOf({ props }: Hit): (string | undefined)[][] {
  const source = props.find(({ name }) => name === 'Source')
  const others = props.filter((prop) => prop !== source)
  return others.map((prop, index) => [index === 0 && source ? textOf(source) : undefined, prop.name, textOf(prop)])
}

function textOf({ value }: Property): string {
  return typeof value === 'object' ? `${value.lat}, ${value.lng}` : String(value)
}

/** A text in one line, cut where it is too long to be shown. */
export function oneLine(cell = ''): string {
  const text = cell.replaceAll(/\s+/g, ' ')
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text
}
