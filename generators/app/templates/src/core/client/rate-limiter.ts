import * as v from 'valibot'
import { giveTurnBack, holdBack, NO_CALLS, takeTurns, type RateState, type RateWindow } from '../store/rate-windows.ts'
import type { RateStore } from '../store/store.ts'
import type { Clock } from '../time.ts'

/** How long a quota without windows counts as free here once the store has said so: in milliseconds. */
const FREE_MS = 1000

/** What a source allows with one of its keys: its calls are counted together. */
export interface Quota {
  name: string
  windows: readonly RateWindow[]
}

/** Leave to make one call. */
export interface Turn {
  quota: Quota
  /** When it was given, by the store's clock; `undefined` where calls are not counted. */
  at?: number | undefined
  /** Whether nobody else gets one before this has ended. */
  alone: boolean
}

/** What this process knows of a quota, by its monotonic clock. */
interface Known {
  /** Before this, the store has no turn. */
  nextAt: number
  /** Before this, nobody here asks the source: it said so. */
  heldUntil: number
  /** Before this, a quota without windows gives turns without asking the store. */
  freeUntil: number
  /** When it last gave a turn here: a number that grows with each turn. */
  used: number
  /** The last change that was begun: changes of one quota go one after the other, so that they do not collide. */
  last: Promise<unknown>
}

/**
 * Limits how often all replicas together ask a source: calls are counted in the store. Every method that returns a
 * promise may reject with `StoreUnavailableError`: without the store nobody knows whose turn it is, so nobody has one.
 */
export class RateLimiter {
  readonly #store: RateStore
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()
  #uses = 0

  constructor(store: RateStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** How long until some quota may have a turn, as far as this process knows: in milliseconds. */
  waitMs(quotas: readonly Quota[]): number {
    const waits = quotas.map((quota) => {
      const { nextAt, heldUntil } = this.#knownOf(quota)
      return Math.max(nextAt, heldUntil) - this.#clock.monotonic()
    })
    return Math.max(0, Math.min(...waits))
  }

  /**
   * Takes up to `want` turns, as many as there are now; `waitMs` then says when there may be more.
   * @param quotas of a source, one for each key. They share the load: the one used the longest ago comes first.
   */
  async take(quotas: readonly Quota[], want: number): Promise<Turn[]> {
    const turns: Turn[] = []
    for (const quota of quotas.toSorted((a, b) => this.#knownOf(a).used - this.#knownOf(b).used)) {
      turns.push(...(await this.#takeOf(quota, want - turns.length)))
    }
    return turns
  }

  /** Gives back a turn that was not used. */
  async giveBack({ quota, at, alone }: Turn): Promise<void> {
    if (at === undefined) return
    const { windows } = quota
    this.#knownOf(quota).nextAt = 0
    await this.#change(quota, (state, now) => ({
      state: giveTurnBack(state, { at, alone }, { windows, now }),
      result: undefined,
    }))
  }

  /** Ends a turn: if it was given to this caller alone, others may have theirs. */
  async end({ quota, alone }: Turn): Promise<void> {
    if (!alone) return
    await this.#change(quota, (state) => ({ state: { ...state, aloneUntil: 0 }, result: undefined }))
    this.#knownOf(quota).nextAt = 0
  }

  /** The source wants to be left alone for this many seconds. */
  async refused(quota: Quota, secs: number): Promise<void> {
    const known = this.#knownOf(quota)
    known.freeUntil = 0
    known.heldUntil = Math.max(known.heldUntil, this.#clock.monotonic() + secs * 1000)
    await this.#change(quota, (state, now) => ({ state: holdBack(state, secs * 1000, now), result: undefined }))
  }

  async #takeOf(quota: Quota, want: number): Promise<Turn[]> {
    if (want <= 0 || this.waitMs([quota]) > 0) return []
    const { windows } = quota
    const known = this.#knownOf(quota)
    known.used = ++this.#uses
    if (windows.length === 0 && this.#clock.monotonic() < known.freeUntil) return turns(want, { quota, alone: false })
    const { grant, at } = await this.#change(quota, (state, now) => {
      const { state: after, grant } = takeTurns(state, { windows, want, now })
      const isCounted = windows.length > 0 || grant.alone
      return { state: isCounted ? after : undefined, result: { grant, at: now } }
    })
    const { granted, alone, nextAt } = grant
    const here = this.#clock.monotonic()
    if (granted < want || alone) known.nextAt = here + Math.max(1, nextAt - at)
    // unless the source has refused meanwhile: then what the store said no longer holds
    else if (windows.length === 0 && here >= known.heldUntil) known.freeUntil = here + FREE_MS
    return turns(granted, { quota, alone, at: windows.length > 0 || alone ? at : undefined })
  }

  #change<T>(
    quota: Quota,
    decide: (state: RateState, now: number) => { state: RateState | undefined; result: T },
  ): Promise<T> {
    const known = this.#knownOf(quota)
    const change = () => this.#store.update(quota.name, (state = NO_CALLS, now) => decide(state, now))
    const done = known.last.then(change, change)
    known.last = done.catch(() => {})
    return done
  }

  #knownOf({ name }: Quota): Known {
    const known = this.#known.get(name) ?? {
      nextAt: 0,
      heldUntil: 0,
      freeUntil: 0,
      used: 0,
      last: Promise.resolve(),
    }
    this.#known.set(name, known)
    return known
  }
}

function turns(count: number, turn: Turn): Turn[] {
  return Array.from({ length: count }, () => ({ ...turn }))
}

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
