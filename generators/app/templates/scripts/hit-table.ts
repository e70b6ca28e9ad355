import type { Hit, Property } from '../src/core/protocol/hit.ts'

/** The longest line of a value that is shown: what is longer is cut. */
const MAX_CHARACTERS = 100

/** What came of one artifact. */
export interface Scan {
  /** The sources that were asked. */
  sources: string[]
  type: string
  value: unknown
  hits: Hit[]
}

/** Hits as a table: a row for each property, an empty one between hits, the sources and the artifact beside the first. */
export function hitTable(scans: readonly Scan[]): string {
  const head = ['source', 'artifact', 'property', 'value']
  const groups = scans.map((scan) => {
    const values = [scan.type, typeof scan.value === 'string' ? scan.value : JSON.stringify(scan.value)]
    const props = scan.hits.flatMap((hit, index) => [...(index > 0 ? [[]] : []), ...hit.props.map(cellsOf)])
    const height = Math.max(props.length, values.length, scan.sources.length)
    return Array.from({ length: height }, (_, row) => {
      const [name, value] = props[row] ?? []
      return [scan.sources[row], values[row], name, value].map(oneLine)
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

function cellsOf({ name, value }: Property): string[] {
  return [name, typeof value === 'object' ? `${value.lat}, ${value.lng}` : String(value)]
}

/** A text in one line, cut where it is too long to be shown. */
export function oneLine(cell = ''): string {
  const text = cell.replaceAll(/\s+/g, ' ')
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text
}
