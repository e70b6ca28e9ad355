import { randomUUID } from 'node:crypto'
import { pause } from '../time.ts'
import { StoreUnavailableError, type Claimant, type Lease, type Store } from '../store/store.ts'

/** The pause before the second try to reach a store that is away, doubled for each further one: in milliseconds. */
const FIRST_PAUSE_MS = 100
/** The longest pause between two such tries: in milliseconds. */
const MAX_PAUSE_MS = 2000

/** A lease that this replica holds, as far as it knows. */
export interface HeldLease extends Lease {
  /** By this process's monotonic clock, in milliseconds: until then nobody else can have claimed the search. */
  heldUntil: number
  /** Called when the lease turns out to be lost. */
  onLost: () => void
}

/** Holds the leases of one replica and renews them together. */
export class Leases {
  readonly claimant: Claimant
  readonly #store: Store
  readonly #held = new Map<string, HeldLease>()

  constructor(store: Store, leaseSecs: number) {
    this.#store = store
    this.claimant = { owner: randomUUID(), leaseSecs }
  }

  /** @param asked when the claim was sent, by `performance.now()`: the lease began then or later. */
  hold(lease: Lease, asked: number, onLost: () => void): HeldLease {
    const held = { ...lease, heldUntil: asked + this.claimant.leaseSecs * 1000, onLost }
    this.#held.set(lease.id, held)
    return held
  }

  /** The search is done or given back: its lease is no longer renewed. */
  drop(held: HeldLease): void {
    if (this.#held.get(held.id) === held) this.#held.delete(held.id)
  }

  /** Renews all leases in one update, and tells of each that is lost. */
  async renewAll(): Promise<void> {
    await this.#renew([...this.#held.values()])
  }

  /** Renews those that have run out, as after an outage: before anyone has freed their searches they are still held. */
  async renewLate(): Promise<void> {
    await this.#renew([...this.#held.values()].filter(({ heldUntil }) => heldUntil <= performance.now()))
  }

  /**
   * Does something with the store as long as the lease is this replica's, again and again while the store is away.
   * @returns `undefined`, and nothing done, when the lease is lost.
   */
  async whileHeld<T>(held: HeldLease, signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(ms * 2, MAX_PAUSE_MS)) {
      try {
        return (await this.#confirm(held)) ? await work() : undefined
      } catch (error) {
        if (!(error instanceof StoreUnavailableError) || signal.aborted) throw error
      }
      await pause(ms, signal)
    }
  }

  /**
   * Whether a lease is still this replica's. It asks the store only when the lease may have run out meanwhile: after a
   * pause of the process, or while the store was away.
   */
  async #confirm(held: HeldLease): Promise<boolean> {
    if (performance.now() >= held.heldUntil) await this.#renew([held])
    return this.#held.get(held.id) === held
  }

  async #renew(leases: HeldLease[]): Promise<void> {
    if (leases.length === 0) return
    const asked = performance.now()
    const kept = await this.#store.renew(
      this.claimant,
      leases.map(({ id }) => id),
    )
    for (const held of leases) {
      if (kept.has(held.id)) held.heldUntil = asked + this.claimant.leaseSecs * 1000
      else if (this.#held.get(held.id) === held) {
        this.#held.delete(held.id)
        held.onLost()
      }
    }
  }
}
