/** A record that is not complete: a quote is open at the end of its line. */
export const OPEN = Symbol('a quote is open')

/** The cells of a record (RFC 4180), without blanks around them or their quotes, which a comma and a blank may precede. */
export function splitRecord(record: string, delimiter: string): string[] | typeof OPEN {
  if (!record.includes('"')) return record.split(delimiter).map((cell) => cell.trim())
  const cells: string[] = []
  let start = 0
  while (start <= record.length) {
    let quote = start
    while (record[quote] === ' ') quote++
    if (record[quote] !== '"') {
      const end = endOfCell(record, delimiter, start)
      cells.push(record.slice(start, end).trim())
      start = end + 1
      continue
    }
    const end = endOfQuotes(record, quote + 1)
    if (end === -1) return OPEN
    cells.push(
      record
        .slice(quote + 1, end)
        .replaceAll('""', '"')
        .trim(),
    )
    start = endOfCell(record, delimiter, end) + 1
  }
  return cells
}

/** The delimiter that a line has most of outside of quotes; a tab or semicolon is hardly there by chance. */
export function guessDelimiter(line: string): string {
  const bare = line.replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  return ['\t', ';', ','].reduce((best, one) => (count(one) > count(best) ? one : best))
}

function endOfCell(record: string, delimiter: string, from: number): number {
  const end = record.indexOf(delimiter, from)
  return end === -1 ? record.length : end
}

function endOfQuotes(record: string, from: number): number {
  let end = record.indexOf('"', from)
  while (end !== -1 && record[end + 1] === '"') end = record.indexOf('"', end + 2)
  return end
}
