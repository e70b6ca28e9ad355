/** How often something may be done: at most `calls` times within any `ms` milliseconds. */
export interface RateWindow {
  calls: number
  ms: number
}

/** Calls that were made at about one time. */
interface Calls {
  /** When the last of them was made. */
  at: number
  count: number
}

/** What is used of one quota. Times are milliseconds since 1970, by the store's clock. */
export interface RateState {
  /** The oldest first. */
  calls: Calls[]
  /** Nobody has a turn before this: the source said so. */
  heldUntil: number
  /** Until then one caller at a time, since the source has just refused some. */
  cautiousUntil: number
  /** Until then one caller is alone, unless it ends that before. */
  aloneUntil: number
}

/** What a caller is told who wants turns. */
export interface Grant {
  granted: number
  /** There is no turn before this; perhaps there is none then either. */
  nextAt: number
  /** Whether nobody else has a turn until this one has ended. */
  alone: boolean
}

/** A turn that was given. */
export interface GivenTurn {
  /** When it was given, by the store's clock: in milliseconds since 1970. */
  at: number
  alone: boolean
}

/** How long a source is asked by one caller at a time after it was held back: in milliseconds. */
const CAUTION_MS = 600_000
/** When a turn alone ends by itself, because its caller has crashed: in milliseconds. */
const ALONE_MS = 60_000
/** How soon somebody else's turn alone may be over: in milliseconds. */
const ALONE_WAIT_MS = 500
/** A window's calls are counted in this many steps: calls of one step leave the window with the last of them. */
const STEPS = 250

/** A quota of which nothing is used. */
export const NO_CALLS: RateState = { calls: [], heldUntil: 0, cautiousUntil: 0, aloneUntil: 0 }

/** Gives up to `want` turns: as many as every window has room for. */
export function takeTurns(
  state: RateState,
  { windows, want, now }: { windows: readonly RateWindow[]; want: number; now: number },
): { state: RateState; grant: Grant } {
  const calls = compact(state.calls, windows, now)
  const blockedUntil = Math.max(state.heldUntil, state.aloneUntil > now ? now + ALONE_WAIT_MS : 0)
  if (blockedUntil > now) {
    return { state: { ...state, calls }, grant: { granted: 0, nextAt: blockedUntil, alone: false } }
  }
  const isCautious = state.cautiousUntil > now
  const room = windows.map((window) => roomIn(window, calls, now))
  const granted = Math.max(0, Math.min(isCautious ? 1 : want, ...room))
  const alone = isCautious && granted > 0
  const after = granted > 0 ? [...calls, { at: now, count: granted }] : calls
  const opensAgainAt = windows.map((window) => opensAt(window, after, now))
  return {
    state: { ...state, calls: after, aloneUntil: alone ? now + ALONE_MS : state.aloneUntil },
    grant: { granted, nextAt: Math.max(alone ? now + ALONE_WAIT_MS : now, ...opensAgainAt), alone },
  }
}

/**
 * Takes a turn back that was not used. All calls that were made stay counted, also those made since: otherwise the
 * windows would let too many through.
 */
export function giveTurnBack(
  state: RateState,
  { at, alone }: GivenTurn,
  { windows, now }: { windows: readonly RateWindow[]; now: number },
): RateState {
  const isCounted = windows.some(({ ms }) => at > now - ms)
  // calls that were put together have the time of the last of them
  const index = isCounted ? state.calls.findIndex((calls) => calls.at >= at) : -1
  const calls = state.calls
    .map((some, place) => (place === index ? { ...some, count: some.count - 1 } : some))
    .filter(({ count }) => count > 0)
  return { ...state, calls, aloneUntil: alone ? 0 : state.aloneUntil }
}

/** Gives nobody a turn for so long, and then for a while to one caller at a time. */
export function holdBack(state: RateState, ms: number, now: number): RateState {
  return {
    ...state,
    heldUntil: Math.max(state.heldUntil, now + ms),
    cautiousUntil: Math.max(state.cautiousUntil, now + ms + CAUTION_MS),
    aloneUntil: 0,
  }
}

/** How much of a quota's windows is used, for whoever only looks. */
export interface RateUsage {
  /** How many calls each window counts now. */
  used: number[]
  /** When the windows have room for another call; now, if they have. */
  opensAt: number
}

/** How much of some windows is used. */
export function usageOf(state: RateState, windows: readonly RateWindow[], now: number): RateUsage {
  return {
    used: windows.map(({ ms }) => countSince(state.calls, now - ms)),
    opensAt: Math.max(now, ...windows.map((window) => opensAt(window, state.calls, now))),
  }
}

function countSince(calls: readonly Calls[], since: number): number {
  return calls.reduce((sum, { at, count }) => (at > since ? sum + count : sum), 0)
}

function roomIn({ calls: limit, ms }: RateWindow, calls: readonly Calls[], now: number): number {
  return limit - countSince(calls, now - ms)
}

/** When a window has room for one more call; now, if it has. */
function opensAt({ calls: limit, ms }: RateWindow, calls: readonly Calls[], now: number): number {
  let over = countSince(calls, now - ms) - limit
  if (over < 0) return now
  for (const { at, count } of calls) {
    if (at <= now - ms) continue
    over -= count
    if (over < 0) return at + ms
  }
  return now + ms
}

/** Drops calls that no window counts, and merges those that fall into one step of every window. */
function compact(calls: readonly Calls[], windows: readonly RateWindow[], now: number): Calls[] {
  const kept: Calls[] = []
  for (const { at, count } of calls) {
    const counting = windows.filter(({ ms }) => at > now - ms)
    if (counting.length === 0) continue
    const step = Math.min(...counting.map(({ ms }) => ms / STEPS))
    const last = kept.at(-1)
    // steps are fixed in time: if each began with its first call, calls that never pause would be one step without end
    const isSameStep = last !== undefined && Math.floor(last.at / step) === Math.floor(at / step)
    if (isSameStep) kept[kept.length - 1] = { at: Math.max(last.at, at), count: last.count + count }
    else kept.push({ at, count })
  }
  return kept
}
