import type { Logger } from 'pino'
import {
  StoreUnavailableError,
  type Candidate,
  type NewSearch,
  type PendingSearch,
  type StoredResult,
} from '../store/store.ts'
import { pause } from '../time.ts'
import type { LookUp } from './dispatch.ts'
import { SearchRun, type SearchParts } from './search-run.ts'
import type { Start } from './starts.ts'

/** How often a replica looks for searches that wait in the store: in milliseconds. */
const POLL_MS = 1000

/** What the runner works with. */
export interface RunnerParts extends SearchParts {
  /** How many searches a replica runs at once. */
  concurrency: number
  /** How many searches may be active in all replicas together. */
  maxWaiting: number
}

/**
 * Runs searches in the background: takes what the store has waiting, as many at once as there are slots, places and
 * turns, and keeps their leases. Whatever happens to this process, the store has the search until its result is there.
 */
export class Runner {
  readonly #parts: RunnerParts
  readonly #log: Logger
  readonly #runs = new Map<string, SearchRun>()
  readonly #timers: NodeJS.Timeout[] = []
  /** Slots held free for claims that are under way. */
  #reserved = 0
  /** The look-ups that searches may wait for in the store. */
  readonly #backlog = new Set<LookUp>()
  /** Those of them that something has come to wait for since the store was last asked. */
  readonly #news = new Set<LookUp>()
  /**
   * Searches that the store may have as held by this replica, or with look-ups that it has begun, although neither is
   * so: a claim's answer got lost, or a lease. It is alive, so that none of it is to count as a crash.
   */
  readonly #lost = new Map<string, readonly string[]>()
  #claiming: Promise<void> | undefined
  #claimAgain = false
  #pollAgain = false
  #wakeTimer: NodeJS.Timeout | undefined
  #stopping = false
  /** How many searches are active in all replicas: when that was last asked, and those entered here since. */
  #active = 0

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#log = parts.log
    parts.events.on('lookUpEnded', () => this.#claimWaiting())
    parts.events.on('lookUpsWait', ({ lookUps }) => this.#claimLater(lookUps))
  }

  /** Begins to look for waiting searches and to renew leases. */
  start(): void {
    const every = (ms: number, work: () => void) => this.#timers.push(setInterval(work, ms).unref())
    every(POLL_MS, () => this.#poll())
    every((this.#parts.leases.claimant.leaseSecs * 1000) / 3, () => {
      this.#parts.leases.renewAll().catch((err) => this.#log.debug({ err }, 'cannot renew leases'))
    })
  }

  /** The name under which this replica claims searches. */
  get owner(): string {
    return this.#parts.leases.claimant.owner
  }

  /** Whether so many searches are active that another is not to be entered. */
  get isFull(): boolean {
    return this.#active >= this.#parts.maxWaiting
  }

  /** How many searches run in this replica. */
  get running(): number {
    return this.#runs.size
  }

  /** How long it is until a look-up may begin, as far as this replica knows: in milliseconds. */
  waitMs(lookUp: LookUp): number {
    return this.#parts.starts.waitMs(lookUp)
  }

  /**
   * Enters a search into the store, unless one of its id is there already, and begins at once what may begin.
   * @returns the search as the store has it, and whether this call entered it.
   */
  async submit(handedIn: NewSearch): Promise<{ search: PendingSearch; created: boolean }> {
    const { store, leases } = this.#parts
    const { search, starts } = await this.#plan(handedIn)
    const asked = performance.now()
    try {
      const begins = starts.map(({ lookUp }) => lookUp.id)
      const claim = starts.length > 0 ? { claimant: leases.claimant, begins } : undefined
      const { claimed, ...entered } = await this.#tell(search.id, begins, store.enter(search, claim))
      if (claimed) this.#run(new SearchRun(this.#parts, claimed, starts, asked))
      else await this.#giveBack(starts)
      if (entered.created) this.#active += 1
      if (entered.created && starts.length < search.pending.length) this.#claimLater(search.pending)
      return entered
    } catch (error) {
      await this.#giveBack(starts)
      throw error
    } finally {
      if (starts.length > 0) this.#reserved -= 1
    }
  }

  /**
   * Waits until a search that runs here is done, but no longer than this.
   * @returns its result, if it has one by then.
   */
  async settled(id: string, ms: number): Promise<StoredResult | undefined> {
    const run = this.#runs.get(id)
    if (run) await endsWithin(run.done, ms)
    return run?.result
  }

  /** Takes no more searches, lets those that run finish within the time, and gives the others back to the store. */
  async stop(graceSecs: number): Promise<void> {
    this.#stopping = true
    await this.#claiming
    const allDone = Promise.all([...this.#runs.values()].map(({ done }) => done))
    await endsWithin(allDone, graceSecs * 1000)
    for (const run of this.#runs.values()) run.interrupt('the service stops')
    await allDone
    for (const timer of this.#timers) clearInterval(timer)
    clearTimeout(this.#wakeTimer)
  }

  get #slots(): number {
    return this.#stopping ? 0 : this.#parts.concurrency - this.#runs.size - this.#reserved
  }

  /** A new search, and leave to begin what may begin of it at once: what is deferred does not wait for others' quotas. */
  async #plan(search: NewSearch): Promise<{ search: NewSearch; starts: Start[] }> {
    if (!this.#mayClaim(search.id)) return { search, starts: [] }
    const starts = await this.#startsNow(search.pending)
    const isHeld = this.#lookUps(search.pending).every((lookUp) => this.#parts.starts.waitMs(lookUp) > 0)
    if (starts.length > 0 || search.deferred.length === 0 || !isHeld) return { search, starts }
    const { pending, deferred } = search
    return {
      search: { ...search, pending: [...pending, ...deferred], deferred: [] },
      starts: await this.#startsNow(deferred),
    }
  }

  /** Leave to begin what may begin at once of a new search: what others wait for is left to them. */
  async #startsNow(pending: readonly string[]): Promise<Start[]> {
    if (this.#slots < 1) return []
    this.#reserved += 1
    const starts: Start[] = []
    try {
      for (const lookUp of this.#lookUps(pending)) {
        const isFree = !this.#backlog.has(lookUp) && this.#parts.starts.waitMs(lookUp) === 0
        if (isFree) starts.push(...(await this.#parts.starts.take(lookUp, 1)))
      }
      return starts
    } catch (error) {
      await this.#giveBack(starts.splice(0))
      throw error
    } finally {
      if (starts.length === 0) this.#reserved -= 1
    }
  }

  async #giveBack(starts: readonly Start[]): Promise<void> {
    for (const start of starts) await this.#parts.starts.giveBack(start)
    if (this.#backlog.size > 0) this.#claimWaiting()
  }

  #claimLater(pending: readonly string[]): void {
    for (const lookUp of this.#lookUps(pending)) {
      this.#backlog.add(lookUp)
      this.#news.add(lookUp)
    }
    this.#claimWaiting()
  }

  #lookUps(ids: readonly string[]): LookUp[] {
    return this.#parts.dispatch.lookUps.filter(({ id }) => ids.includes(id))
  }

  /** Looks for whatever may have come to wait in the store: from other replicas, or from crashed ones. */
  #poll(): void {
    this.#pollAgain = true
    this.#claimWaiting()
  }

  /** Claims what waits in the store, as far as it may begin. */
  #claimWaiting(): void {
    this.#claimAgain = true
    if (this.#claiming) return
    this.#claiming = this.#claimAll()
      .catch((err) => {
        this.#claimAgain = false
        this.#log.debug({ err }, 'cannot look for waiting searches')
      })
      .finally(() => {
        this.#claiming = undefined
        if (this.#claimAgain && !this.#stopping) this.#claimWaiting()
      })
  }

  async #claimAll(): Promise<void> {
    do {
      this.#claimAgain = false
      if (this.#pollAgain) await this.#lookAround()
      for (const lookUp of new Set(this.#backlog)) await this.#claimFor(lookUp)
    } while (this.#claimAgain && !this.#stopping)
    const waits = [...this.#backlog].map((lookUp) => this.#parts.starts.waitMs(lookUp)).filter((ms) => ms > 0)
    if (waits.length === 0 || this.#stopping) return
    clearTimeout(this.#wakeTimer)
    this.#wakeTimer = setTimeout(() => this.#claimWaiting(), Math.min(POLL_MS, ...waits)).unref()
  }

  async #lookAround(): Promise<void> {
    this.#pollAgain = false
    await this.#disownLost()
    await this.#parts.leases.renewLate()
    this.#active = await this.#parts.store.countActive()
    if (this.#active === 0) return
    await this.#parts.store.freeLapsed()
    await this.#endOverdue()
    for (const lookUp of this.#parts.dispatch.lookUps) await this.#claimFor(lookUp)
  }

  /** Begins as many of one look-up as may begin: of searches that run here and wait for it, and of those in the store. */
  async #claimFor(lookUp: LookUp): Promise<void> {
    const { store, starts } = this.#parts
    if (starts.waitMs(lookUp) > 0) return
    this.#news.delete(lookUp)
    const here = [...this.#runs.values()].filter((run) => run.waitsFor(lookUp.id))
    const slots = Math.max(0, Math.min(starts.places(lookUp), this.#slots))
    const found = slots === 0 ? [] : await store.waitingFor(lookUp.id, slots)
    const claimable = this.#claimable(found)
    const next = [...here, ...claimable].toSorted((a, b) => a.rank - b.rank)
    const taken = await starts.take(lookUp, next.length)
    const unused = new Set(taken)
    try {
      for (const start of taken) {
        const one = next.shift()!
        const isUsed = one instanceof SearchRun ? one.begin(start) : await this.#claim(one, [start])
        if (isUsed) unused.delete(start)
      }
    } finally {
      for (const start of unused) await starts.giveBack(start)
    }
    const isLeft = next.length > 0 || claimable.length < found.length || found.length === slots
    if (isLeft || this.#news.has(lookUp)) this.#backlog.add(lookUp)
    else this.#backlog.delete(lookUp)
    if (taken.length > 0 && slots > 0 && found.length === slots) this.#claimAgain = true
  }

  /**
   * Those of some candidates that may be claimed: none that still runs here, since its lease was lost, and of those
   * that have one attempt left one at a time, so that a search which makes replicas crash takes no other with it.
   */
  #claimable(candidates: readonly Candidate[]): Candidate[] {
    const isLastTry = ({ crashes }: { crashes: number }) => crashes >= Math.max(1, this.#parts.settings.maxAttempts - 1)
    let lastTries = [...this.#runs.values()].filter(isLastTry).length
    return candidates.filter((candidate) => {
      if (!this.#mayClaim(candidate.id)) return false
      return !isLastTry(candidate) || lastTries++ === 0
    })
  }

  /** Not what still runs here, its lease lost, nor what the store may have as held by this replica. */
  #mayClaim(id: string): boolean {
    return !this.#runs.has(id) && !this.#lost.has(id)
  }

  async #claim(candidate: Candidate, starts: readonly Start[]): Promise<boolean> {
    // a search that has come meanwhile may have the slot
    if (this.#slots < 1) return false
    const { store, leases } = this.#parts
    const begins = starts.map(({ lookUp }) => lookUp.id)
    this.#reserved += 1
    try {
      const asked = performance.now()
      const claim = store.claim(candidate, { claimant: leases.claimant, begins })
      const claimed = await this.#tell(candidate.id, begins, claim)
      if (claimed) this.#run(new SearchRun(this.#parts, claimed, starts, asked))
      return claimed !== undefined
    } finally {
      this.#reserved -= 1
    }
  }

  /** Ends searches whose time is over, whatever they wait for. */
  async #endOverdue(): Promise<void> {
    if (this.#slots < 1) return
    for (const candidate of this.#claimable(await this.#parts.store.overdue(this.#slots))) {
      await this.#claim(candidate, [])
    }
  }

  #run(run: SearchRun): void {
    this.#runs.set(run.id, run)
    void this.#forget(run)
  }

  async #forget(run: SearchRun): Promise<void> {
    const begun = await run.done
    this.#runs.delete(run.id)
    if (begun.length > 0) this.#lost.set(run.id, begun)
    this.#claimWaiting()
  }

  /** Remembers a claim whose answer gets lost: it may have been made. */
  async #tell<T>(id: string, begins: string[], claim: Promise<T>): Promise<T> {
    try {
      return await claim
    } catch (error) {
      if (error instanceof StoreUnavailableError) this.#lost.set(id, begins)
      throw error
    }
  }

  async #disownLost(): Promise<void> {
    for (const [id, begins] of this.#lost) {
      const lease = { id, owner: this.owner }
      // of two calls that enter it, one may have got lost and the other have its claim
      if (!this.#runs.has(id)) {
        await this.#parts.store.disown(lease)
        await this.#parts.store.unbegin(lease, begins)
      }
      this.#lost.delete(id)
    }
  }
}

/** Waits for a promise, but no longer than this. */
async function endsWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([promise, pause(ms, timer.signal)])
  timer.abort()
}
