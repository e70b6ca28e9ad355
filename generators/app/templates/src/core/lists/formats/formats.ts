import { describedAs } from '../details.ts'
import type { Draft } from '../draft.ts'
import { BrokenList } from '../errors.ts'
import { isTooLong, readLines, readTexts, type Chunks } from './chunks.ts'
import { parseJson } from './parse-json.ts'
import { readCsv, type CsvOptions } from './read-csv.ts'
import { isWarninglist, readEvents, readWarninglist } from './read-misp.ts'
import { isBundle, readBundle } from './read-stix.ts'

/** How the content of a list is laid out; which JSON it is, its content tells. */
export type Format = 'text' | 'csv' | 'json'

/** The formats by their names. */
export const FORMATS = ['text', 'csv', 'json'] as const satisfies Format[]

/** How far the first letter of a list is looked for: in characters. */
const MAX_BLANK = 65_536

/**
 * Reads the content of a list.
 * @param name its file: the extension tells the format, else the first letter of the content does.
 * @throws {BrokenList} if it is none, or too large.
 */
export async function readList(
  { name, chunks }: { name: string; chunks: Chunks },
  draft: Draft,
  options: CsvOptions & { format?: Format } = {},
): Promise<void> {
  const texts = readTexts(chunks)
  let beginning = ''
  for (let next = await texts.next(); !next.done; next = await texts.next()) {
    beginning += next.value
    if (/\S/.test(beginning) || beginning.length > MAX_BLANK) break
  }
  const all = (async function* () {
    yield beginning
    yield* texts
  })()
  const format = options.format ?? formatOf(name) ?? (/^\s*\{/.test(beginning) ? 'json' : 'text')
  try {
    if (format === 'csv') await readCsv(all, draft, { ...(/\.tsv$/i.test(name) && { delimiter: '\t' }), ...options })
    else if (format === 'text') await readText(all, draft)
    else await readJson(await parseJson(all), draft)
  } finally {
    // whoever gives up on the beginning has not come to the rest, which may hold a file open
    await texts.return(undefined)
  }
}

async function readJson(json: unknown, draft: Draft): Promise<void> {
  if (isBundle(json)) return readBundle(json, draft)
  if (isWarninglist(json)) return readWarninglist(json, draft)
  const count = await readEvents(json, draft)
  if (count === 0) throw new BrokenList('is no MISP warninglist, no MISP event and no STIX bundle')
}

function formatOf(name: string): Format | undefined {
  if (/\.json$/i.test(name)) return 'json'
  return /\.[ct]sv$/i.test(name) ? 'csv' : undefined
}

/** A comment: a whole line, or what follows a blank. */
const COMMENT = /(?:^|\s)[#;](.*)$/s
/** A line of a hosts file: an address that leads nowhere, and names. */
const HOSTS_LINE = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1|::)\s+(\S.*)$/
/** Every hosts file has these; they are nobody's names. */
const NO_HOST = /^(?:[^.]*|localhost\.localdomain|0\.0\.0\.0)$/

/** Reads a list that has a value a line, with comments, or that is a hosts file. */
export async function readText(texts: AsyncIterable<string>, draft: Draft): Promise<void> {
  let number = 0
  for await (const lines of readLines(texts))
    for (const line of lines) {
      number++
      if (isTooLong(line)) {
        draft.reject(line, number)
        continue
      }
      const comment = /[#;]/.test(line) ? COMMENT.exec(line) : null
      const value = (comment ? line.slice(0, comment.index) : line).trim()
      if (value === '') continue
      const hosts = HOSTS_LINE.exec(value)?.[1]
      if (hosts === undefined) draft.add(value, number, { details: describedAs(comment?.[1] ?? '') })
      else for (const host of hosts.split(/\s+/)) if (!NO_HOST.test(host)) draft.add(host, number)
    }
}
