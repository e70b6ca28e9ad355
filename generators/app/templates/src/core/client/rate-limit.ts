import * as v from 'valibot'
import type { RateWindow } from '../store/rate-windows.ts'

const UNIT_MS = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }
const LIMIT = /^(\d{1,6})\/(\d{0,4})(s|min|h|d)$/
/** A window so short that parts of it are waited for: in milliseconds. */
const SHORT_MS = 2000
const PARTS = 4
/** The most calls that a window may allow. */
const MAX_CALLS = 100_000

/**
 * A rate limit as a setting: `4/min`, `5/30s`, several joined by commas that all hold (`4/min, 500/d`), or `none`.
 * Units are s, min, h and d.
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
 * What is kept of a limit: a little less than it allows, and of a short window with several calls no more than a part
 * of them in a part of its time. A backlog would else take them all at its beginning, and what is new wait for its end.
 */
export function windowsOf(limit: RateWindow): RateWindow[] {
  const window = withMargin(limit)
  const { calls, ms } = window
  return ms <= SHORT_MS && calls >= PARTS ? [window, { calls: Math.ceil(calls / PARTS), ms: ms / PARTS }] : [window]
}

/**
 * Widens a window by a second, or by half if it is short. Calls that leave a minute apart can arrive closer together:
 * the first of a connection travels slowest.
 */
function withMargin({ calls, ms }: RateWindow): RateWindow {
  return { calls, ms: ms + Math.min(1000, ms / 2) }
}

/** A window as its owner wrote it: without the margin, in milliseconds. */
export function withoutMargin(ms: number): number {
  return ms >= 3000 ? ms - 1000 : (ms * 2) / 3
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
