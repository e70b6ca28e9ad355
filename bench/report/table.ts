import type { Figure } from '../stats.ts'

/** Renders rows as a table: the first column to the left, the others to the right. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
  return [header, widths.map((width) => '-'.repeat(width)), ...rows].map((cells) => line(cells).trimEnd()).join('\n')
}

/** A measurement and its noise. */
export function withNoise({ median, noise }: Figure, format: (value: number) => string): string {
  return `${format(median)} ±${Number.isFinite(noise) ? format(noise) : '?'}`
}

/** A ratio and its noise. */
export function ratioCell(ratio: Figure): string {
  return withNoise(ratio, (value) => value.toFixed(2))
}

/** A number as people read it: three digits that matter, thousands apart. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
