import service from '../../../package.json' with { type: 'json' }
import type { HttpRequest } from './request.ts'
import type { Source } from './source.ts'
import { unexpectedTarget } from './source-error.ts'

/** A URL's path (RFC 3986, section 3.3). Any other character in it comes from a value that nobody encoded. */
const PATH = /^\/(?!\/)[\w.~!$&'()*+,;=:@%/-]*$/
/** A segment `.` or `..`, which would lead to another path. */
const DOT_SEGMENT = /\/(\.|%2e){1,2}(\/|$)/i

/** A request as `fetch` takes it, but for its signal. */
export interface FetchRequest {
  url: URL
  init: RequestInit
}

/**
 * Checks the path of a request.
 * @throws {SourceError} when it leads away from the source's address: a path may hold what a stranger wrote, and the
 *   key would travel along.
 */
export function checkPath(source: Source, path: string): void {
  if (!PATH.test(path) || DOT_SEGMENT.test(path)) throw unexpectedTarget(source)
}

/**
 * What `fetch` is to be called with.
 * @param url the source's address, which the request goes below.
 * @throws {SourceError} when the path leads away from there.
 */
export function toFetchRequest(
  source: Source,
  { url, key }: { url: string; key: string | undefined },
  request: HttpRequest<unknown>,
): FetchRequest {
  return { url: addressOf(source, url, request), init: { ...toInit(source, key, request), redirect: 'manual' } }
}

function addressOf(source: Source, url: string, { path, query = {} }: HttpRequest<unknown>): URL {
  checkPath(source, path)
  const { origin, pathname } = new URL(url)
  const address = new URL(`${origin}${pathname.replace(/\/$/, '')}${path}`)
  for (const [name, values] of Object.entries(query)) {
    for (const value of [values].flat()) address.searchParams.append(name, value)
  }
  return address
}

function toInit(source: Source, key: string | undefined, { headers, form, json }: HttpRequest<unknown>): RequestInit {
  const sent: Record<string, string> = {
    accept: 'application/json',
    'user-agent': `${service.name}/${service.version}`,
    ...headers,
  }
  if (source.key && key) sent[source.key.header] = `${source.key.prefix ?? ''}${key}`
  if (form) return { method: 'POST', headers: sent, body: new URLSearchParams(form) }
  if (json === undefined) return { headers: sent }
  sent['content-type'] = 'application/json'
  return { method: 'POST', headers: sent, body: JSON.stringify(json) }
}
