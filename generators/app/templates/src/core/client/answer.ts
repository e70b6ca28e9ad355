import * as v from 'valibot'
import type { HttpRequest, Reply } from './request.ts'
import { keyRefused, SourceError, unexpectedAnswer } from './source-error.ts'
import type { Source } from './source.ts'

/** What a reply means: an answer, "too many calls", or a failure. */
export type Meaning = 'answer' | 'rate_limited' | SourceError

/**
 * What a reply means.
 * @param answers statuses beside 2xx whose body is an answer.
 */
export function meaningOf(source: Source, reply: Reply, answers: readonly number[] = []): Meaning {
  const { status } = reply
  const own = source.meaningOf?.(reply)
  if (own === 'rate_limited') return own
  if (own === 'key_refused') return keyRefused(source)
  if ((status >= 200 && status < 300) || answers.includes(status)) return 'answer'
  if (source.key && (status === 401 || status === 403)) return keyRefused(source)
  if (status === 429) return 'rate_limited'
  if (status === 408 || status >= 500) {
    return new SourceError('unavailable', `${source.title} is out of order (${status})`)
  }
  return unexpectedAnswer(source, `status ${status}`)
}

/** How long a source is left alone if it does not say how long: in seconds. */
const USUAL_SECS = 60
/** No source is left alone longer, whatever it says: in seconds. */
const MAX_SECS = 86_400

/**
 * How long a source wants to be left alone after a reply that is no answer: in seconds, at least 1; 0 if it may be
 * asked again at once. A source that is out of order may also say for how long.
 */
export function waitAfter(
  source: Source,
  { reply, meaning }: { reply: Reply; meaning: Exclude<Meaning, 'answer'> },
  now: Date,
): number {
  const told = parseRetryAfter(reply.headers.get('retry-after'), now)
  if (meaning !== 'rate_limited') return meaning.kind === 'unavailable' && told !== undefined ? clamp(told) : 0
  return clamp(told ?? source.retryAfterSecs?.(reply) ?? USUAL_SECS)
}

function clamp(secs: number): number {
  return Number.isNaN(secs) ? USUAL_SECS : Math.min(Math.max(secs, 1), MAX_SECS)
}

/**
 * Reads `Retry-After`, which is a number of seconds or an HTTP date (RFC 9110, section 10.2.3).
 * @returns seconds, never negative; `undefined` when it is missing or neither.
 */
export function parseRetryAfter(header: string | null, now: Date): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  // `Date.parse` takes much that is no date; every HTTP date ends in GMT
  const date = text.endsWith('GMT') ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now.getTime()) / 1000)
}

/** The longest answer that is read: in bytes. */
const MAX_ANSWER_BYTES = 5_000_000

/**
 * Reads a response's body to its end.
 * @throws {SourceError} `unexpected_answer`, as soon as it is too long.
 */
export async function readText(source: Source, response: Response): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > MAX_ANSWER_BYTES) {
      // not awaited: a source that sends without end may ignore it
      reader.cancel().catch(() => {})
      throw unexpectedAnswer(source, `longer than ${MAX_ANSWER_BYTES} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
}

/**
 * Checks an answer and gives what its schema makes of it.
 * @throws {SourceError} `unexpected_answer` that says where it is not as expected.
 */
export function checkAnswer<T>(source: Source, { body }: Reply, { schema, ifEmpty }: HttpRequest<T>): T {
  if (ifEmpty !== undefined && body.trim() === '') return ifEmpty
  const json = parse(body)
  if (json === undefined) throw unexpectedAnswer(source, body.trim() === '' ? 'it is empty' : 'it is not JSON')
  const checked = v.safeParse(schema, json, { abortEarly: true })
  if (checked.success) return checked.output
  const { keys } = placeOf(checked.issues[0])
  throw unexpectedAnswer(source, `${keys.join('.') || 'the whole'} is not as expected`)
}

interface Place {
  keys: unknown[]
  /** Whether there is a value: a wrong one tells more than a missing one. */
  isThere: boolean
}

/** Where an issue is. A union has the issues of all its branches: the deepest of them counts. */
function placeOf({ path, input, issues }: v.BaseIssue<unknown>): Place {
  const keys = path?.map(({ key }) => key) ?? []
  const [inner] = (issues ?? [])
    .map(placeOf)
    .toSorted((a, b) => b.keys.length - a.keys.length || Number(b.isThere) - Number(a.isThere))
  return inner ? { ...inner, keys: [...keys, ...inner.keys] } : { keys, isThere: input !== undefined }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
