import type { Figure } from './stats.ts'

/** The least or the most that the project wants. */
export type Budget = { least: number } | { most: number }

/** One thing that was measured. */
export interface Finding {
  /** The case that it is of. */
  case: string
  /** What was measured, in words. */
  what: string
  /** With how many connections, or at which size; a plot has it on its axis. */
  at?: number
  /** What it is compared with: the figure is a ratio then. */
  beside?: string
  figure: Figure
  /** Of what is no ratio. */
  unit?: 'MB' | 's' | 'ms'
  budget?: Budget
  /** The same ratio of the CPU time of a request, where servers are compared: less is better. */
  cpu?: number
  /** The numbers behind it. */
  details?: object
}

export type Verdict = 'kept' | 'within noise' | 'MISSED'

/** Whether a budget is kept: missed is one only beyond the noise. */
export function verdictOn({ figure: { median, low, high }, budget }: Finding): Verdict | undefined {
  if (!budget) return undefined
  const [isKept, isMissed] =
    'least' in budget ? [median >= budget.least, high < budget.least] : [median <= budget.most, low > budget.most]
  return isMissed ? 'MISSED' : isKept ? 'kept' : 'within noise'
}

/** Whether a budget is kept, if there is one, and the noise does not reach it. */
export function isClearlyKept({ low, high }: Figure, budget: Budget | undefined): boolean {
  if (!budget) return true
  return 'least' in budget ? low > budget.least : high < budget.most
}

/** Renders findings as a table. */
export function renderFindings(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const { case: name, what, at, beside, figure, unit, budget, cpu } = finding
    const { median, low, high } = figure
    const wanted = budget && ('least' in budget ? `≥ ${budget.least}` : `≤ ${budget.most}`)
    return [
      [name, what, ...(at === undefined ? [] : [`@${at.toLocaleString('en')}`])].join(' '),
      beside ?? '',
      `${short(median)}${unit ? ` ${unit}` : ''}`,
      `${short(low)} – ${short(high)}`,
      cpu === undefined ? '' : short(cpu),
      wanted ?? '',
      verdictOn(finding) ?? '',
    ]
  })
  return renderTable(['case', 'beside', 'measured', 'noise', 'CPU', 'budget', 'verdict'], rows)
}

function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')
  return [header, widths.map((width) => '-'.repeat(width)), ...rows].map((cells) => line(cells).trimEnd()).join('\n')
}

/** A number as people read it: three digits that matter, thousands apart. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
