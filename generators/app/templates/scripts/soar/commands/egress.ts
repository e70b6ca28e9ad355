import { loadConfig } from '../../../src/core/settings/config.ts'
import type { EgressRecord } from '../../../src/core/store/store.ts'
import { SoarError } from '../answer.ts'
import { withStore } from '../ledger-store.ts'
import { printable } from '../show.ts'
import type { Command } from '../task.ts'

const COLUMNS = ['at', 'source', 'reach', 'type', 'value', 'cut', 'search', 'replica'] as const

const UNIT_MS = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** All that public sources were told, a line each: the ledger may be longer than memory. */
export const egress: Command = {
  takes: ({ length }) => length === 0,

  async run({ flags, env, searchers, print }) {
    const filter = { since: timeOf(flags, 'since'), until: timeOf(flags, 'until'), source: flags.source }
    await withStore(loadConfig(env, searchers), async (store) => {
      const lineOf = flags.json ? jsonLine : flags.csv ? csvLine : plainLine
      if (!flags.json) print(COLUMNS.join(flags.csv ? ',' : '  '))
      for await (const record of store.egress.find(filter)) print(lineOf(record))
    })
  },
}

/** @throws {SoarError} when it is no time. */
function timeOf(flags: { since?: string; until?: string }, name: 'since' | 'until'): Date | undefined {
  const text = flags[name]
  if (text === undefined) return undefined
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  const ago = UNIT_MS.get(unit)
  const time = ago === undefined ? Date.parse(text) : Date.now() - Number(count) * ago
  if (Number.isNaN(time) || (ago === undefined && !/^\d{4}-\d\d/.test(text))) {
    throw new SoarError(`--${name} must be a time such as 2026-01-31 or 2026-01-31T12:00Z, or 24h or 7d, not "${text}"`)
  }
  return new Date(time)
}

function cellsOf(record: EgressRecord): string[] {
  return COLUMNS.map((name) => (name === 'at' ? record.at.toISOString() : String(record[name])))
}

function plainLine(record: EgressRecord): string {
  return cellsOf(record).map(printable).join('  ')
}

function jsonLine(record: EgressRecord): string {
  return JSON.stringify(Object.fromEntries(COLUMNS.map((name) => [name, record[name]])))
}

/** A record as RFC 4180 has it. What a spreadsheet would take for a formula begins with an apostrophe. */
function csvLine(record: EgressRecord): string {
  return cellsOf(record)
    .map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',')
}
