import type { Socket } from 'node:net'
import type * as v from 'valibot'

/** One call of a source by HTTP. */
export interface HttpRequest<T> {
  /** The path below the source's address. What goes into it is to be encoded. */
  path: string
  /** A list is sent as the same name several times. */
  query?: Record<string, string | readonly string[]>
  /** Sent by `POST` as a form. */
  form?: Record<string, string>
  /** Sent by `POST` as JSON. */
  json?: unknown
  /** Whether a `POST` only looks something up, so that it may be sent again when it failed. A `GET` always may. */
  repeatable?: boolean
  headers?: Record<string, string>
  /** Statuses beside 2xx whose body is an answer, as 404 is for some sources. */
  answers?: readonly number[]
  /** What an answer without a body stands for: an empty 200, 204 or one of `answers`. Without it that is a failure. */
  ifEmpty?: T
  /** What the answer must look like; what else is in it is dropped. */
  schema: v.GenericSchema<unknown, T>
}

/** One exchange with a source that does not speak HTTP, over a TCP connection of its own (`tcp://HOST:PORT`). */
export interface TcpRequest<T> {
  /** Speaks over the connection, which is closed afterwards. What it throws beside a `SourceError` is "unavailable". */
  talk(socket: Socket): Promise<T>
}

export type SourceRequest<T> = HttpRequest<T> | TcpRequest<T>

/** What came back from a source: not yet known to be an answer. */
export interface Reply {
  status: number
  headers: Headers
  body: string
}

/** Whether a request may be sent again when nobody knows what became of it. */
export function isRepeatable(request: SourceRequest<unknown>): boolean {
  if ('talk' in request) return true
  return request.repeatable ?? (request.form === undefined && request.json === undefined)
}
