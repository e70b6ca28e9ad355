import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { Draft } from '../draft.ts'
import { readList } from '../formats/formats.ts'
import { bodyOf, get, type Getter } from './get.ts'
import type { FetchOptions } from '../list-options.ts'
import type { Poll } from './poller.ts'
import { PollFailed } from '../errors.ts'

/**
 * Fetches a list whenever it is polled; what has not changed (`ETag`, `Last-Modified`) is not sent again.
 * @param options what `lists.json` says of it.
 */
export function createFetched(options: FetchOptions, getter: Getter): Poll {
  let validators: Record<string, string> = {}

  return async (list, context) => {
    const { room, now, signal, keptBadLines } = context
    const headers = { accept: '*/*', ...(list.loaded ? validators : {}) }
    const response = await get(getter, { url: options.url, headers, login: options, signal })
    if (response.status === 304) {
      if (!list.loaded) throw new PollFailed('answers 304 to a request without a condition')
      list.loaded.asOf = now
      return
    }
    const draft = new Draft({ ...options, room, keptBadLines, expected: list.loaded?.index.size })
    const hash = createHash('sha256').update(JSON.stringify(options))
    try {
      const chunks = (async function* () {
        for await (const chunk of bodyOf(response, context)) {
          hash.update(chunk)
          yield chunk
        }
      })()
      await readList({ name: basename(new URL(options.url).pathname), chunks }, draft, options)
      list.loaded = { ...draft.finish(), asOf: now, digest: hash.digest('base64url') }
      validators = validatorsOf(response)
    } finally {
      list.badLines = draft.badLines
      list.badLineCount = draft.badLineCount
    }
  }
}

function validatorsOf({ headers }: Response): Record<string, string> {
  const [etag, lastModified] = [headers.get('etag'), headers.get('last-modified')]
  return { ...(etag && { 'if-none-match': etag }), ...(lastModified && { 'if-modified-since': lastModified }) }
}
