import { cut, describedAs } from '../details.ts'
import type { Draft } from '../draft.ts'
import { BrokenList } from '../errors.ts'
import { isTooLong, readLines } from './chunks.ts'

/** What `lists.json` says of a table. */
export interface CsvOptions {
  /** The name of the column that holds the values, or its number from 1. */
  column?: string | number
  /** The columns that make the description. */
  describe?: readonly string[]
  delimiter?: string
}

/** What columns of values are called in feeds that are around, the best ones first. */
const COLUMNS =
  `ioc indicator value ioc_value indicator_value dst_ip ip ip_address ipaddress src_ip cidr network netblock domain
   domain_name hostname host fqdn url uri sha256_hash sha256 sha1_hash sha1 md5_hash md5 hash email`.split(/\s+/)
/** So many records, and columns, are looked at to find the column, if no name tells. */
const SAMPLE = 20
const MAX_COLUMNS = 1000
/** A record over more lines, or with more characters, has a quote too many. */
const MAX_RECORD_LINES = 100
const MAX_RECORD_LENGTH = 65_536

interface Row {
  cells: string[]
  line: number
}

/**
 * Reads a table. Its header may be a comment, as in the feeds of abuse.ch.
 * @throws {BrokenList} if it has no such column.
 */
export async function readCsv(texts: AsyncIterable<string>, draft: Draft, options: CsvOptions): Promise<void> {
  const table = new Table(draft, options)
  let open = ''
  let [number, openLines] = [0, 0]
  for await (const lines of readLines(texts))
    for (const line of lines) {
      number++
      if (openLines === 0 && /^\s*#/.test(line)) table.comment(line)
      if (openLines === 0 && /^\s*(?:#|$)/.test(line)) continue
      const record = openLines === 0 ? line : `${open}\n${line}`
      openLines++
      const first = number - openLines + 1
      const cells = isTooLong(line) ? OPEN : splitRecord(record, table.delimiterOf(line))
      if (cells !== OPEN) table.row({ cells, line: first })
      else if (openLines < MAX_RECORD_LINES && record.length < MAX_RECORD_LENGTH) {
        open = record
        continue
      } else draft.reject(record, first, openLines)
      openLines = 0
    }
  if (openLines > 0) draft.reject(open, number - openLines + 1, openLines)
  table.end()
}

/** Takes records, and finds out from the first of them which column holds the values. */
class Table {
  readonly #draft: Draft
  readonly #options: CsvOptions
  #delimiter: string | undefined
  #comment = ''
  #header: string[] | undefined
  #column: number | undefined
  /** The columns of the description. */
  #described: { name: string; index: number }[] = []
  #sample: Row[] = []

  constructor(draft: Draft, options: CsvOptions) {
    this.#draft = draft
    this.#options = options
    this.#delimiter = options.delimiter
  }

  delimiterOf(line: string): string {
    return (this.#delimiter ??= guessDelimiter(line))
  }

  comment(line: string): void {
    if (!this.#header) this.#comment = line.replace(/^[\s#]+/, '')
  }

  row(row: Row): void {
    if (!this.#header) {
      const isHeader = this.#readHeader(row.cells)
      if (isHeader) return
    }
    if (this.#column !== undefined) return this.#add(row, this.#column)
    this.#sample.push(row)
    if (this.#sample.length === SAMPLE) this.#guessColumn()
  }

  end(): void {
    if (this.#sample.length > 0) this.#guessColumn()
  }

  /** Finds the header in the first record or the comment before it; whether it is the record. */
  #readHeader(cells: string[]): boolean {
    const names = toNames(cells)
    const comment = splitRecord(this.#comment, this.delimiterOf(''))
    const commented = comment === OPEN ? [] : toNames(comment)
    const isFirst = this.#columnOf(names) !== undefined || !cells.some((cell) => this.#draft.isValue(cell))
    const header = isFirst
      ? names
      : commented.length === cells.length || this.#columnOf(commented) !== undefined
        ? commented
        : []
    this.#header = header
    const { column, describe = [] } = this.#options
    this.#column = typeof column === 'number' ? column - 1 : this.#columnOf(header)
    const missing = [...(typeof column === 'string' ? [column] : []), ...describe].find(
      (name) => !header.includes(key(name)),
    )
    if (missing !== undefined)
      throw new BrokenList(
        header.length > 0
          ? `has no column "${missing}": its columns are ${cut(header.slice(0, 30).join(', '), 1000)}`
          : `has no line with the names of its columns: give the number of the column, not "${missing}"`,
      )
    this.#described = describe.map((name) => ({ name, index: header.indexOf(key(name)) }))
    return isFirst
  }

  /** The column that is asked for, or the best known one. */
  #columnOf(names: string[]): number | undefined {
    const { column } = this.#options
    const wanted = typeof column === 'string' ? [key(column)] : COLUMNS
    const name = wanted.find((one) => names.includes(one))
    return name === undefined ? undefined : names.indexOf(name)
  }

  /** Takes the first column that holds values in most records. */
  #guessColumn(): void {
    const rows = this.#sample
    const width = Math.min(MAX_COLUMNS, Math.max(...rows.map(({ cells }) => cells.length)))
    const holds = (column: number) => rows.filter(({ cells }) => this.#draft.isValue(cells[column] ?? '')).length
    let column = 0
    while (column < width && holds(column) * 2 <= rows.length) column++
    this.#column = column < width ? column : 0
    this.#sample = []
    for (const row of rows) this.#add(row, this.#column)
  }

  #add({ cells, line }: Row, column: number): void {
    const said = this.#described
      .map(({ name, index }) => ({ name, value: cells[index] ?? '' }))
      .filter(({ value }) => value !== '')
    const description =
      this.#described.length === 1 ? said[0]?.value : said.map(({ name, value }) => `${name}: ${value}`).join('; ')
    this.#draft.add(cells[column] ?? '', line, { details: describedAs(description ?? '') })
  }
}

function toNames(cells: string[]): string[] {
  return cells.map(key)
}

function key(name: string): string {
  return name.trim().toLowerCase().replaceAll(/\s+/g, '_')
}

/** A record that is not complete: a quote is open at the end of its line, or its line is not all there. */
export const OPEN = Symbol('not complete')

/** The cells of a record (RFC 4180), without blanks around them or their quotes, which a comma and a blank may precede. */
export function splitRecord(record: string, delimiter: string): string[] | typeof OPEN {
  if (!record.includes('"')) return record.split(delimiter).map((cell) => cell.trim())
  const cells: string[] = []
  let start = 0
  while (start <= record.length) {
    let quote = start
    if (delimiter !== ' ') while (record[quote] === ' ') quote++
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
