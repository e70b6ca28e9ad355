import type * as v from 'valibot'
import service from '../../../package.json' with { type: 'json' }
import type { Source, SourceSettings } from './source.ts'

/** One call of a source. */
export interface SourceRequest<T> {
  /** The path below the source's origin; what goes into it is to be encoded. */
  path: string
  query?: Record<string, string>
  /** Sent by `POST` as a form. */
  form?: Record<string, string>
  /** Sent by `POST` as JSON. */
  json?: unknown
  /** Whether a `POST` only looks something up, so that it may be sent again when it failed. A `GET` always may. */
  repeatable?: boolean
  headers?: Record<string, string>
  /** Statuses beside 2xx whose body is an answer, as 404 is for some sources. */
  answers?: readonly number[]
  /** What the answer must look like; what else is in it is dropped. */
  schema: v.GenericSchema<unknown, T>
}

/** Whether a request may be sent again when nobody knows what became of it. */
export function isRepeatable({ form, json, repeatable }: SourceRequest<unknown>): boolean {
  return repeatable ?? (form === undefined && json === undefined)
}

/** A request as `fetch` takes it, but for its signal. */
export interface FetchRequest {
  url: URL
  init: RequestInit
}

/** What `fetch` is to be called with. */
export function toFetchRequest(
  source: Source,
  settings: SourceSettings,
  request: SourceRequest<unknown>,
): FetchRequest {
  return { url: urlOf(settings, request), init: { ...toInit(source, settings, request), redirect: 'manual' } }
}

function urlOf({ url }: SourceSettings, { path, query = {} }: SourceRequest<unknown>): URL {
  const address = new URL(path, url)
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  return address
}

function toInit(source: Source, { key }: SourceSettings, { headers, form, json }: SourceRequest<unknown>): RequestInit {
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
