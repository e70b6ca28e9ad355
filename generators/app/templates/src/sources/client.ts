import * as v from 'valibot'
import { readText } from './answer.ts'
import { keyRefused, SourceError, unexpectedAnswer } from './source-error.ts'
import { settingNames, type Source, type SourceSettings } from './source.ts'

/** How long one call may take: in milliseconds. */
const CALL_TIMEOUT_MS = 30_000

/** One call of a source. */
export interface SourceRequest<T> {
  /** The path below the source's origin; what goes into it is to be encoded. */
  path: string
  query?: Record<string, string>
  /** Sent by `POST` as a form. */
  form?: Record<string, string>
  /** Sent by `POST` as JSON. */
  json?: unknown
  headers?: Record<string, string>
  /** Statuses beside 2xx whose body is an answer, as 404 is for some sources. */
  answers?: readonly number[]
  /** What the answer must look like; what else is in it is dropped. */
  schema: v.GenericSchema<unknown, T>
}

/**
 * Asks a source and gives its answer.
 * @throws {SourceError} when it could not be asked or its answer is not as the schema says.
 */
export type Ask = <T>(source: Source, request: SourceRequest<T>) => Promise<T>

/** Makes the client that searchers ask their sources with; the calls end when `signal` does. */
export function createAsk(settingsOf: (source: Source) => SourceSettings, signal: AbortSignal): Ask {
  return async (source, request) => {
    const settings = settingsOf(source)
    if (source.key && !source.key.optional && !settings.key) {
      throw new SourceError('key_refused', `${source.title} needs a key: set ${settingNames(source).key}`)
    }
    const call = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)])
    try {
      const response = await fetch(urlOf(settings, request), { ...toInit(source, settings, request), signal: call })
      checkStatus(source, response, request.answers)
      return checkAnswer(source, await readText(source, response), request.schema)
    } catch (error) {
      throw toSourceError(source, error, signal)
    }
  }
}

function urlOf({ url }: SourceSettings, { path, query = {} }: SourceRequest<unknown>): URL {
  const address = new URL(path, url)
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  return address
}

function toInit(source: Source, { key }: SourceSettings, request: SourceRequest<unknown>): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json', ...request.headers }
  if (source.key && key) headers[source.key.header] = key
  if (request.form) return { method: 'POST', headers, body: new URLSearchParams(request.form) }
  if (request.json === undefined) return { headers }
  headers['content-type'] = 'application/json'
  return { method: 'POST', headers, body: JSON.stringify(request.json) }
}

function checkStatus(source: Source, { ok, status }: Response, answers: readonly number[] = []): void {
  if (ok || answers.includes(status)) return
  if (status === 401 || status === 403) throw keyRefused(source)
  if (status === 429) throw new SourceError('rate_limited', `${source.title} takes no more calls for now (429)`)
  if (status >= 500) throw new SourceError('unavailable', `${source.title} is out of order (${status})`)
  throw unexpectedAnswer(source, `status ${status}`)
}

function checkAnswer<T>(source: Source, body: string, schema: v.GenericSchema<unknown, T>): T {
  const json = parse(body)
  if (json === undefined) throw unexpectedAnswer(source, 'it is not JSON')
  const checked = v.safeParse(schema, json)
  if (checked.success) return checked.output
  const [issue] = checked.issues
  throw unexpectedAnswer(source, `${v.getDotPath(issue) ?? 'the whole'} is not as expected`)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function toSourceError(source: Source, error: unknown, signal: AbortSignal): unknown {
  if (error instanceof SourceError || signal.aborted) return error
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new SourceError('timeout', `${source.title} did not answer within ${CALL_TIMEOUT_MS / 1000} s`, {
      cause: error,
    })
  }
  return new SourceError('unavailable', `${source.title} is out of reach`, { cause: error })
}
