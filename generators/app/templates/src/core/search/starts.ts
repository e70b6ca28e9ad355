import type { Quota, RateLimiter, Turn } from '../client/rate-limiter.ts'
import type { SourceSettings } from '../client/source-settings.ts'
import type { Source } from '../client/source.ts'
import type { LookUp } from './dispatch.ts'

/** Leave to begin a look-up: it has its places, and its turn if it needs one. */
export interface Start {
  lookUp: LookUp
  turn?: Turn
  /** How far away its turn is, in milliseconds, if no search waits that long: the look-up then fails at once. */
  spentMs?: number
}

/** What gives leave to begin. */
export interface StartParts {
  limiter: RateLimiter
  limits: ConcurrencyLimits
  settingsOf(source: Source): SourceSettings | undefined
  /** The longest that a search waits: in milliseconds. */
  maxWaitMs: number
}

/** Gives leave to begin look-ups: as far as their sources have places and turns. */
export class Starts {
  readonly #parts: StartParts

  constructor(parts: StartParts) {
    this.#parts = parts
  }

  /** How long until a look-up may begin, as far as this replica knows: in milliseconds. */
  waitMs(lookUp: LookUp): number {
    const { limiter, maxWaitMs } = this.#parts
    const ms = limiter.waitMs(this.#quotasOf(lookUp))
    return ms > maxWaitMs ? 0 : ms
  }

  /** How many of a look-up could get a place now. */
  places({ places }: LookUp): number {
    return this.#parts.limits.free(places)
  }

  /**
   * Takes leave for up to `want` of a look-up.
   * @throws {StoreUnavailableError} when nobody knows whose turn it is.
   */
  async take(lookUp: LookUp, want: number): Promise<Start[]> {
    const { limiter, limits, maxWaitMs } = this.#parts
    let places = 0
    while (places < want && limits.take(lookUp.places)) places += 1
    try {
      const quotas = this.#quotasOf(lookUp)
      const spentMs = limiter.waitMs(quotas)
      if (spentMs > maxWaitMs) return Array.from({ length: places }, () => ({ lookUp, spentMs }))
      const turns = await limiter.take(quotas, places)
      this.#giveBackPlaces(lookUp, places - turns.length)
      return turns.map((turn) => ({ lookUp, turn }))
    } catch (error) {
      this.#giveBackPlaces(lookUp, places)
      throw error
    }
  }

  /** Gives leave back that is not used. */
  async giveBack({ lookUp, turn }: Start): Promise<void> {
    this.end(lookUp)
    // a turn that cannot be given back is lost, which does no other harm
    if (turn) await this.#parts.limiter.giveBack(turn).catch(() => {})
  }

  /** The look-up has ended: its places are free. */
  end(lookUp: LookUp): void {
    this.#giveBackPlaces(lookUp, 1)
  }

  /** Nobody makes this look-up for so many seconds: its own code said so. */
  async holdBack(lookUp: LookUp, secs: number): Promise<void> {
    for (const quota of this.#quotasOf(lookUp)) await this.#parts.limiter.refused(quota, secs)
  }

  #giveBackPlaces({ places }: LookUp, count: number): void {
    for (let index = 0; index < count; index++) this.#parts.limits.giveBack(places)
  }

  #quotasOf(lookUp: LookUp): readonly Quota[] {
    return quotasOf(lookUp, this.#parts.settingsOf)
  }
}

/** The quotas that a look-up may begin by: one for each key of its source. */
export function quotasOf({ id, paced }: LookUp, settingsOf: StartParts['settingsOf']): readonly Quota[] {
  return (paced && settingsOf(paced)?.quotas) ?? [{ name: id, windows: [] }]
}

/** How many look-ups occupy a place of each source in this replica, and how many may. */
export class ConcurrencyLimits {
  readonly #limitOf: (id: string) => number
  readonly #taken = new Map<string, number>()

  /** @param limitOf how many places a source has. */
  constructor(limitOf: (id: string) => number) {
    this.#limitOf = limitOf
  }

  /** How many more look-ups may occupy a place of each of these sources. */
  free(ids: readonly string[]): number {
    return Math.min(...ids.map((id) => this.#limitOf(id) - (this.#taken.get(id) ?? 0)))
  }

  /** Takes a place of each. False, and none taken, when one of them has none free. */
  take(ids: readonly string[]): boolean {
    if (this.free(ids) < 1) return false
    this.#add(ids, 1)
    return true
  }

  giveBack(ids: readonly string[]): void {
    this.#add(ids, -1)
  }

  #add(ids: readonly string[], by: number): void {
    for (const id of ids) this.#taken.set(id, (this.#taken.get(id) ?? 0) + by)
  }
}
