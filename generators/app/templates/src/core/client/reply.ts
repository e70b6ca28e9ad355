import type { Reply } from './request.ts'
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
