import { createHash } from 'node:crypto'
import { NoRoom, PollFailed } from '../errors.ts'
import { Pacer, readTexts } from '../formats/chunks.ts'
import { isObject, objectsOf, textOf, type JsonObject } from '../formats/json.ts'
import { parseJson } from '../formats/parse-json.ts'
import { Draft } from '../draft.ts'
import { bodyOf, get, type Getter } from './get.ts'
import type { List } from '../list.ts'
import type { TaxiiOptions } from '../list-options.ts'
import type { Poll, PollContext } from './poller.ts'
import { addIndicator, isRevoked, modifiedAt, toIndicator, type Indicator } from '../formats/read-stix.ts'
import { MAX_DETAILS_BYTES, RecordTable } from '../index/record-table.ts'

const MAX_PAGES = 1000
const ACCEPT = 'application/taxii+json;version=2.1'
const DAY_MS = 86_400_000
const MAX_ID = 200
/** What stands for an indicator that is too long to keep. */
const LEFT_OUT: Indicator = { values: [], leftOut: 1, details: {} }

interface Page {
  objects: JsonObject[]
  more: boolean
  next: string | undefined
  /** When the last object of the page was added to the collection (`X-TAXII-Date-Added-Last`). */
  addedLast: string | undefined
}

/**
 * Asks a TAXII 2.1 collection for what was added since it was asked last, whenever it is polled. The objects of a poll
 * count together or, if one of its pages fails, not at all.
 * @param options what `lists.json` says of it.
 */
export function createCollection(options: TaxiiOptions, getter: Getter): Poll {
  let kept = new RecordTable()
  let addedAfter: string | undefined
  let builtAt = -Infinity

  return async (list, context) => {
    const { now } = context
    const fresh = new RecordTable()
    const pacer = new Pacer()
    const last = await readPages(addedAfter, async (query) => {
      const page = await getPage(query, { options, getter, context })
      for (const object of page.objects) {
        if (object['type'] === 'indicator') keep(object, fresh)
        if (pacer.isDue()) await pacer.rest()
      }
      if (fresh.size > context.room) throw new NoRoom(context.room)
      return page
    })
    if (list.loaded && fresh.size === 0 && now - builtAt < DAY_MS) list.loaded.asOf = now
    else {
      const merged = await merge(kept, fresh, options.keepDays === undefined ? 0 : now - options.keepDays * DAY_MS)
      await build(merged, { list, options, context })
      kept = merged
      builtAt = now
    }
    addedAfter = last
  }
}

/**
 * Reads page after page, as TAXII 2.1, section 3.5 means it: the same query with `next` while there is more; without
 * `next`, on from when the last object was added. Never are both changed at once.
 * @returns where the next poll goes on: what the last page said of its last object, never a date of an object.
 */
async function readPages(
  addedAfter: string | undefined,
  read: (query: Record<string, string>) => Promise<Page>,
): Promise<string | undefined> {
  let since = addedAfter
  let last = addedAfter
  let query: Record<string, string> = since === undefined ? {} : { added_after: since }
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { more, next, addedLast } = await read(query)
    last = addedLast ?? last
    if (!more) return last
    if (next === undefined) {
      if (addedLast === undefined || addedLast === since)
        throw new PollFailed('says that there is more, but not where: it names no next page and no later date')
      since = addedLast
    }
    query = { ...(since !== undefined && { added_after: since }), ...(next !== undefined && { next }) }
  }
  throw new PollFailed(`has more than ${MAX_PAGES.toLocaleString('en')} pages: ask for a smaller collection`)
}

async function getPage(
  query: Record<string, string>,
  { options, getter, context }: { options: TaxiiOptions; getter: Getter; context: PollContext },
): Promise<Page> {
  const url = new URL(options.url)
  url.pathname = `${url.pathname.replace(/\/$|\/objects\/?$/, '')}/objects/`
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const response = await get(getter, {
    url: url.href,
    headers: { accept: ACCEPT },
    login: options,
    signal: context.signal,
  })
  const json = await parseJson(readTexts(bodyOf(response, context)))
  if (!isObject(json)) throw new PollFailed('answers with no TAXII envelope: is its url that of a collection?')
  const { objects, more, next } = json
  return {
    objects: objectsOf(objects),
    more: more === true,
    next: typeof next === 'number' ? String(next) : textOf(next),
    addedLast: textOf(response.headers.get('x-taxii-date-added-last')),
  }
}

/** Keeps a version of an indicator, unless there is a newer one. */
function keep(object: JsonObject, table: RecordTable): void {
  const modified = modifiedAt(object)
  const text = keptText(modified, isRevoked(object) ? undefined : toIndicator(object))
  const id = idOf(object, text)
  if (isNewer(table.get(id), modified)) return
  const isTooLong = Buffer.byteLength(text) > MAX_DETAILS_BYTES
  table.set(id, isTooLong ? keptText(modified, LEFT_OUT) : text)
}

/** What an indicator is kept under: its id, but for one that is too odd for a table; without one, what it says. */
function idOf(object: JsonObject, text: string): string {
  const id = textOf(object['id']) ?? text
  return id.length <= MAX_ID && !id.includes('\0') ? id : digestOf(id).toString('base64url')
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** The newest versions of two tables, but for those that are older than a time. */
async function merge(old: RecordTable, fresh: RecordTable, oldest: number): Promise<RecordTable> {
  const merged = new RecordTable({ expected: old.size + fresh.size })
  const pacer = new Pacer()
  for (const [table, other] of [
    [fresh, old],
    [old, fresh],
  ] as const)
    for (const [id, text] of table.entries()) {
      const modified = modifiedOf(text)
      // of equal versions the fresh one counts: it comes first
      const counts = !isNewer(other.get(id), modified) && merged.get(id) === undefined
      if (counts && (modified === 0 || modified >= oldest)) merged.set(id, text)
      if (pacer.isDue()) await pacer.rest()
    }
  return merged
}

/** Makes a list of what is kept, and puts it in place of what the list holds. */
async function build(
  kept: RecordTable,
  { list, options, context }: { list: List; options: TaxiiOptions; context: PollContext },
): Promise<void> {
  const { now, room, keptBadLines } = context
  const draft = new Draft({ ...options, room, keptBadLines, expected: kept.size })
  const pacer = new Pacer()
  const digest = digestOf(JSON.stringify(options))
  let number = 0
  try {
    for (const [id, text] of kept.entries()) {
      const indicator = indicatorOf(text)
      if (indicator) await addIndicator(indicator, { line: ++number, draft, pacer })
      // they come in any order
      for (const [i, byte] of digestOf(`${id} ${text}`).entries()) digest[i]! ^= byte
      if (pacer.isDue()) await pacer.rest()
    }
    list.loaded = { ...draft.finish(), asOf: now, digest: digest.toString('base64url') }
  } finally {
    list.badLines = draft.badLines
    list.badLineCount = draft.badLineCount
  }
}

function isNewer(text: string | undefined, modified: number): boolean {
  return text !== undefined && modifiedOf(text) > modified
}

/**
 * The newest version of an indicator, as it is kept; without one it was taken back. The time comes first, since it is
 * asked for more often than the rest.
 */
function keptText(modified: number, indicator: Indicator | undefined): string {
  return `${modified} ${indicator ? JSON.stringify(indicator) : ''}`
}

function modifiedOf(text: string): number {
  return Number.parseInt(text, 10)
}

function indicatorOf(text: string): Indicator | undefined {
  const json = text.slice(text.indexOf(' ') + 1)
  return json === '' ? undefined : (JSON.parse(json) as Indicator)
}
