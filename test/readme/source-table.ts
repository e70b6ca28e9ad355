import { accesses, describe, sources } from '../../generators/source-list.ts'

const BEGIN = '<!-- The table of sources, made by `npm run readme`. -->'
const END = '<!-- The end of the table. -->'

/**
 * docs/sources.md with the table of sources as their files say.
 *
 * @throws Error when the two comments that the table stands between are gone
 */
export function withSourceTable(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`docs/sources.md has no place for the sources: "${BEGIN}" … "${END}"`)
  return `${page.slice(0, begin)}${BEGIN}\n\n${sourceTable()}\n\n${page.slice(end)}`
}

function sourceTable(): string {
  const offered = sources.filter(({ types }) => types.length > 0)
  const rows = accesses.flatMap((access) =>
    offered
      .filter((source) => source.access === access)
      .map((source) => [
        `\`${source.id}\``,
        source.types.map((type) => `\`${type}\``).join(', '),
        access,
        describe(source),
      ]),
  )
  return alignedTable([['source', 'types', 'access', 'title, who learns what, and what a free key allows'], ...rows])
}

/** A Markdown table with its columns padded, as prettier would have it. */
function alignedTable([head, ...rows]: string[][]): string {
  const widths = head!.map((_, column) => Math.max(...[head!, ...rows].map((row) => row[column]!.length)))
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
