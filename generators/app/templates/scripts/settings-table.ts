import { sourceSettings } from '../src/core/client/source-settings.ts'
import { defineSource } from '../src/core/define.ts'
import type { Settings } from '../src/core/setting.ts'
import { settings } from '../src/core/settings/config.ts'

const END = '<!-- The end of the table. -->'

/** Stands for any source. */
const ANY_SOURCE = defineSource({
  id: '<source>',
  title: 'the source',
  key: { header: '', from: '' },
  lookUp: {},
})

/** Defaults that are no text of their own: they follow from the package's name or from the source's file. */
const DERIVED_DEFAULTS: Record<string, string> = {
  MONGODB_DB: "the service's name",
  '<SOURCE>_API_URL': "the source's own",
  '<SOURCE>_RATE_LIMIT': "the source's own",
  '<SOURCE>_REACH': "the source's own",
  '<SOURCE>_TTL_SECS': "the source's own",
  '<SOURCE>_CONCURRENCY': "the source's own, or 5",
  '<SOURCE>_OPTIONAL': "the source's own",
}

/**
 * docs/settings.md with its tables as the code has the settings.
 * @throws {Error} when the comments that a table stands between are gone.
 */
export function withSettingsTables(page: string): string {
  const first = withTable(page, 'The settings of the service', settings)
  return withTable(first, 'The settings of a source', sourceSettings(ANY_SOURCE))
}

function withTable(page: string, title: string, of: Settings): string {
  const begin = `<!-- ${title}, made by \`npm run readme\`. -->`
  const start = page.indexOf(begin)
  const end = page.indexOf(END, start)
  if (start < 0 || end < 0) throw new Error(`docs/settings.md has no place for a table: "${begin}" … "${END}"`)
  return `${page.slice(0, start)}${begin}\n\n${settingsTable(of)}\n\n${page.slice(end)}`
}

function settingsTable(of: Settings): string {
  const rows = Object.entries(of).map(([name, { default: text, description }]) => [
    `\`${name}\``,
    DERIVED_DEFAULTS[name] ?? (text && `\`${text}\``),
    description,
  ])
  return alignedTable([['setting', 'default', 'meaning'], ...rows])
}

/** A Markdown table with its columns padded, as prettier would have it. */
function alignedTable([head, ...rows]: string[][]): string {
  const widths = head!.map((_, column) => Math.max(...[head!, ...rows].map((row) => row[column]!.length)))
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(head!), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
