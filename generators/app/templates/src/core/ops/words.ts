const DAY_MS = 86_400_000

/** A time of day in UTC; of another day than today, with its date. */
export function clockTime(at: number, now: number): string {
  const text = new Date(at).toISOString()
  return Math.floor(at / DAY_MS) === Math.floor(now / DAY_MS) ? text.slice(11, 16) : text.slice(0, 16).replace('T', ' ')
}

/** A time in UTC to the second; of another day than today, with its date. */
export function exactTime(at: number, now: number): string {
  return `${clockTime(at, now)}${new Date(at).toISOString().slice(16, 19)}`
}

/** How long something takes: from milliseconds to days. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const secs = ms / 1000
  if (secs < 100) return `${secs.toFixed(1)} s`
  if (secs < 6000) return `${Math.round(secs / 60)} min`
  return secs < 172_800 ? `${Math.round(secs / 3600)} h` : `${Math.round(secs / 86_400)} d`
}

/** A number of things, such as `1 search` or `12 searches`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`
}

/** A number of searches, of which no more than so many were counted. */
export function searches(n: number, counted: number): string {
  return n >= counted ? `${counted.toLocaleString('en')} searches or more` : count(n, 'search', 'searches')
}

/** The units of rate windows, the longest first. */
const UNITS = [
  { unit: 'd', ms: DAY_MS, one: 'a day' },
  { unit: 'h', ms: 3_600_000, one: 'an hour' },
  { unit: 'min', ms: 60_000, one: 'a minute' },
  { unit: 's', ms: 1000, one: 'a second' },
]

/** A rate window in words: `a minute`, `in 30 s`. */
export function per(ms: number): string {
  return UNITS.find((unit) => unit.ms === ms)?.one ?? `in ${inUnits(ms, ' ')}`
}

/** A rate window as a label: `1d`, `30s`. */
export function shortWindow(ms: number): string {
  return inUnits(ms, '')
}

function inUnits(ms: number, between: string): string {
  const { unit, ms: unitMs } = UNITS.find((one) => ms % one.ms === 0) ?? { unit: 'ms', ms: 1 }
  return `${Math.round(ms / unitMs)}${between}${unit}`
}
