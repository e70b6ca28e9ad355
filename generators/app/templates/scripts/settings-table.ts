import { settings } from '../src/core/settings/config.ts'
import type { Setting } from '../src/core/settings/setting.ts'

const BEGIN = '<!-- The table of settings, made by `npm run readme`. -->'
const END = '<!-- The end of the table. -->'

/** The default that is not a text of its own: it follows from the name of the package. */
const DERIVED_DEFAULTS: Record<string, string> = { MONGODB_DB: "the service's name" }

/**
 * README.md with the table of settings as `src/core/settings/config.ts` has them.
 * @throws {Error} when the two comments that the table stands between are gone.
 */
export function withSettingsTable(readme: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`README.md has no place for the settings: "${BEGIN}" … "${END}"`)
  return `${readme.slice(0, begin)}${BEGIN}\n\n${settingsTable()}\n\n${readme.slice(end)}`
}

function settingsTable(): string {
  const rows = Object.entries<Setting<unknown>>(settings).map(([name, { default: text, description }]) => [
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
