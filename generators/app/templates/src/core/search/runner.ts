import type { Logger } from 'pino'
import { pause } from '../pause.ts'
import type { ActiveSearch, ClaimedSearch, NewSearch } from '../store/store.ts'
import { createCaps, type Caps } from './caps.ts'
import { Leases } from './leases.ts'
import { runClaimed, type SearchParts, type SearchSettings } from './run-claimed.ts'
import { Interrupted } from './run-searcher.ts'

/** How often an idle replica looks for searches that wait in the store: in milliseconds. */
const POLL_MS = 1000

/** The runner's settings. */
export interface RunnerSettings extends SearchSettings {
  concurrency: number
  leaseSecs: number
}

/** What the runner works with. */
export interface RunnerParts extends SearchParts {
  log: Logger
  settings: RunnerSettings
}

/**
 * Runs searches in the background: takes what the store has waiting, as many at once as the settings allow, and keeps
 * their leases. Whatever happens to this process, the store has the search until its result is there.
 */
export class Runner {
  readonly #parts: RunnerParts
  readonly #leases: Leases
  readonly #caps: Caps
  readonly #running = new Map<string, { abort: AbortController; done: Promise<void> }>()
  readonly #timers: NodeJS.Timeout[] = []
  /** Slots held free for claims that are under way. */
  #reserved = 0
  /** Whether searches may be waiting in the store that this replica has not looked for since. */
  #backlog = false
  #claiming: Promise<void> | undefined
  #stopping = false

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#leases = new Leases(parts.store, parts.settings.leaseSecs)
    this.#caps = createCaps(parts.dispatch.searchers, parts.settings.concurrency)
  }

  /** Begins to look for waiting searches and to renew leases. */
  start(): void {
    const every = (ms: number, work: () => void) => this.#timers.push(setInterval(work, ms).unref())
    every(POLL_MS, () => this.#claimWaiting())
    every((this.#leases.claimant.leaseSecs * 1000) / 3, () => {
      this.#leases.renewAll().catch((error) => this.#parts.log.debug({ err: error }, 'cannot renew leases'))
    })
  }

  /** The name under which this replica claims searches. */
  get owner(): string {
    return this.#leases.claimant.owner
  }

  /** How many searches run in this replica. */
  get running(): number {
    return this.#running.size
  }

  /**
   * Enters a search into the store, unless one of its id is there already, and starts it at once if a slot is free.
   * @returns the search as the store has it, and whether this call entered it.
   */
  async submit(search: NewSearch): Promise<{ search: ActiveSearch; created: boolean }> {
    const startNow = this.#free > 0 && !this.#backlog && !this.#stopping
    const asked = performance.now()
    if (startNow) this.#reserved += 1
    try {
      const { lease, ...entered } = await this.#parts.store.enter(search, startNow ? this.#leases.claimant : undefined)
      if (lease) this.#begin({ search: entered.search, lease, attempts: 1, waitedMs: 0 }, asked)
      return entered
    } finally {
      if (startNow) this.#reserved -= 1
      else this.#claimWaiting()
    }
  }

  /** Waits until a search that runs here is done, but no longer than this. */
  async settled(id: string, ms: number): Promise<void> {
    const running = this.#running.get(id)
    if (running) await endsWithin(running.done, ms)
  }

  /** Takes no more searches, lets those that run finish within the time, and gives the others back to the store. */
  async stop(graceSecs: number): Promise<void> {
    this.#stopping = true
    await this.#claiming
    const allDone = Promise.all([...this.#running.values()].map(({ done }) => done))
    await endsWithin(allDone, graceSecs * 1000)
    for (const { abort } of this.#running.values()) abort.abort(new Interrupted('the service stops'))
    await allDone
    for (const timer of this.#timers) clearInterval(timer)
  }

  get #free(): number {
    return this.#parts.settings.concurrency - this.#running.size - this.#reserved
  }

  /** Claims what waits in the store, as far as slots are free. */
  #claimWaiting(): void {
    this.#backlog = true
    this.#claiming ??= this.#claimAll()
      .catch((error) => this.#parts.log.debug({ err: error }, 'cannot look for waiting searches'))
      .finally(() => (this.#claiming = undefined))
  }

  async #claimAll(): Promise<void> {
    const { store } = this.#parts
    while (this.#backlog && this.#free > 0 && !this.#stopping) {
      const limit = this.#free
      const asked = performance.now()
      this.#backlog = false
      this.#reserved += limit
      const claimed = await store
        .claim(this.#leases.claimant, limit, this.#caps.busy())
        .finally(() => (this.#reserved -= limit))
      for (const one of claimed) this.#begin(one, asked)
      if (claimed.length === limit) this.#backlog = true
    }
  }

  #begin(claimed: ClaimedSearch, asked: number): void {
    const { id } = claimed.search
    const abort = new AbortController()
    const lease = this.#leases.hold(claimed.lease, asked, () => abort.abort(new Interrupted('the lease is lost')))
    const log = this.#parts.log.child({ id })
    const limits = { leases: this.#leases, caps: this.#caps }
    const done = runClaimed(this.#parts, limits, claimed, lease, abort.signal, log)
      .catch((error) => log.error({ err: error }, 'the search could not be ended; its lease will run out'))
      .finally(() => {
        this.#leases.drop(lease)
        this.#running.delete(id)
        if (this.#backlog) this.#claimWaiting()
      })
    this.#running.set(id, { abort, done })
  }
}

/** Waits for a promise, but no longer than this. */
async function endsWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([promise, pause(ms, timer.signal)])
  timer.abort()
}
