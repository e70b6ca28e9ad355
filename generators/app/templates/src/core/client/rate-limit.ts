import * as v from 'valibot'
import type { RateWindow } from '../store/turns.ts'

const UNIT_MS = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }
const LIMIT = /^(\d{1,6})\/(\d{0,4})(s|min|h|d)$/
/** More calls than any window counts one by one. */
const MAX_CALLS = 100_000

/**
 * A rate limit as a setting: `4/min`, `5/30s`, several joined by commas that all hold (`4/min, 500/d`), or `none`. Units
 * are s, min, h and d.
 */
export function rateLimit() {
  return v.pipe(
    v.string(),
    v.check(
      (text) => parse(text) !== undefined,
      'must be "none" or limits such as "4/min, 500/d" or "5/30s", with a unit s, min, h or d',
    ),
    v.transform((text) => parse(text)!),
  )
}

/**
 * A window that is longer than what the source counts, by a second or, if it is short, by half: calls travel at
 * different speeds, the first of a connection slowest, so that two which left a minute apart can arrive closer together.
 */
export function withMargin({ calls, ms }: RateWindow): RateWindow {
  return { calls, ms: ms + Math.min(1000, ms / 2) }
}

function parse(text: string): RateWindow[] | undefined {
  if (text.trim() === 'none') return []
  const windows: RateWindow[] = []
  for (const part of text.split(',')) {
    const [, calls = '', count, unit = ''] = LIMIT.exec(part.replaceAll(/\s/g, '')) ?? []
    const window = { calls: Number(calls), ms: Number(count || 1) * UNIT_MS[unit as keyof typeof UNIT_MS] }
    if (!(window.calls > 0 && window.calls <= MAX_CALLS && window.ms > 0)) return undefined
    windows.push(window)
  }
  return windows
}
