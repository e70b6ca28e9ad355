import type { Meaning } from './reply.ts'
import type { Reply } from './request.ts'
import type { Source } from './source.ts'

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
