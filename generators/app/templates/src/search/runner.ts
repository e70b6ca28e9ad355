import type { Logger } from 'pino'
import { pause } from '../pause.ts'
import { failuresOf, type Outcome } from '../protocol/outcome.ts'
import type { SettingValues } from '../setting.ts'
import type { Ask, Caller } from '../sources/client.ts'
import {
  StoreUnavailableError,
  type ActiveSearch,
  type ClaimedSearch,
  type NewResult,
  type NewSearch,
  type Store,
} from '../store/store.ts'
import { toArtifact } from './artifact-file.ts'
import { createCaps, type Caps } from './caps.ts'
import type { Dispatch } from './dispatch.ts'
import { Leases, type HeldLease } from './leases.ts'
import { giveUp, runSearch, type Progress } from './run-search.ts'
import { Interrupted, runSearcher, TimeUp, type Attempt } from './run-searcher.ts'
import type { Searcher } from './searcher.ts'

/** How often an idle replica looks for searches that wait in the store: in milliseconds. */
const POLL_MS = 1000
/** How soon a search is tried again whose searcher stays at its cap: in seconds. */
const CAP_WAIT_SECS = 1
/** The pause before the second try to reach a store that is away, doubled for each further one: in milliseconds. */
const FIRST_PAUSE_MS = 100
/** The longest pause between two such tries: in milliseconds. */
const MAX_PAUSE_MS = 2000

/** The runner's settings. */
export interface RunnerSettings {
  concurrency: number
  searchTimeoutSecs: number
  maxAttempts: number
  leaseSecs: number
  resultTtlSecs: number
  failureTtlSecs: number
}

/** What the runner works with. */
export interface RunnerParts {
  store: Store
  dispatch: Dispatch
  log: Logger
  settings: RunnerSettings
  /** Makes the client for sources that a searcher has for one search. */
  createAsk(caller: Caller): Ask
  /** The values of the searchers' own settings, by the searcher's name. */
  searcherSettings?: Record<string, SettingValues>
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
      if (lease) this.#begin({ search: entered.search, lease, attempts: 1 }, asked)
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
    const done = this.#run(claimed, lease, abort, log)
      .catch((error) => log.error({ err: error }, 'the search could not be ended; its lease will run out'))
      .finally(() => {
        this.#leases.drop(lease)
        this.#running.delete(id)
        if (this.#backlog) this.#claimWaiting()
      })
    this.#running.set(id, { abort, done })
  }

  async #run(
    { search, attempts }: ClaimedSearch,
    lease: HeldLease,
    abort: AbortController,
    log: Logger,
  ): Promise<void> {
    const { store, dispatch, settings } = this.#parts
    const begun = performance.now()
    const searchers = dispatch.searchersOf(search.artifact.type)

    const known = await this.#whileHeld(lease, abort.signal, () => store.findResult(search.id))
    if (known && !known.stale) {
      // finished between its entry and this run, or by one who crashed before it could remove the entry
      await this.#whileHeld(lease, abort.signal, () => store.finish(lease))
      return
    }

    const { outcomes, afterSecs }: Progress =
      attempts > settings.maxAttempts
        ? { outcomes: giveUp(search, { kind: 'gave_up', message: `gave up after ${settings.maxAttempts} attempts` }) }
        : await this.#search(search, searchers, lease, abort.signal, log)

    if (afterSecs !== undefined) {
      await this.#whileHeld(lease, abort.signal, () => store.release(lease, afterSecs))
      log.debug({ afterSecs }, 'search given back')
      return
    }
    const result = this.#resultOf(search, searchers, outcomes)
    const written = await this.#whileHeld(lease, abort.signal, () => store.finish(lease, result))
    if (!written) return log.info('the search went to another replica, which has its own outcome')
    const ms = Math.round(performance.now() - begun)
    log.info({ type: search.artifact.type, outcomes: outcomes.map(summary), ms }, 'search finished')
  }

  /** Runs the searchers within the time of a search. */
  async #search(
    search: ActiveSearch,
    searchers: readonly Searcher[],
    lease: HeldLease,
    signal: AbortSignal,
    log: Logger,
  ): Promise<Progress> {
    const { store, settings, createAsk, searcherSettings = {} } = this.#parts
    const limit = new AbortController()
    const secs = settings.searchTimeoutSecs
    const timer = setTimeout(() => limit.abort(new TimeUp(`no answer within ${secs} s`)), secs * 1000)
    const interrupt = () => limit.abort(signal.reason)
    if (signal.aborted) interrupt()
    signal.addEventListener('abort', interrupt, { once: true })
    try {
      const artifact = toArtifact(search, store.files)
      const run = async (searcher: Searcher): Promise<Attempt> => {
        const context = {
          signal: limit.signal,
          log: log.child({ searcher: searcher.name }),
          ask: createAsk({ id: `${search.id}/${searcher.name}`, signal: limit.signal }),
          settings: searcherSettings[searcher.name] ?? {},
        }
        const attempt = await this.#caps.run(searcher, () => runSearcher(searcher, artifact, context), limit.signal)
        return attempt ?? { searcher: searcher.name, afterSecs: CAP_WAIT_SECS }
      }
      const record = async (outcome: Outcome) => {
        // the outcome is in this process too: without a store the search ends with it all the same
        await store.record(lease, outcome).catch((error) => log.debug({ err: error }, 'cannot record an outcome'))
      }
      return await runSearch(search, searchers, run, record)
    } finally {
      clearTimeout(timer)
    }
  }

  #resultOf(search: ActiveSearch, searchers: readonly Searcher[], outcomes: Outcome[]): NewResult {
    const { resultTtlSecs, failureTtlSecs } = this.#parts.settings
    const ttls = searchers.map((searcher) => searcher.ttlSecs ?? resultTtlSecs)
    const ttlSecs = ttls.length > 0 ? Math.min(...ttls) : resultTtlSecs
    const freshSecs = failuresOf(outcomes).length > 0 ? failureTtlSecs : ttlSecs
    return { artifact: search.artifact, outcomes, ttlSecs, freshSecs }
  }

  /**
   * Does something with the store as long as the lease is this replica's, again and again while the store is away.
   * @returns `undefined`, and nothing done, when the lease is lost.
   */
  async #whileHeld<T>(lease: HeldLease, signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(ms * 2, MAX_PAUSE_MS)) {
      try {
        return (await this.#leases.confirm(lease)) ? await work() : undefined
      } catch (error) {
        if (!(error instanceof StoreUnavailableError) || signal.aborted) throw error
      }
      await pause(ms, signal)
    }
  }
}

/** Waits for a promise, but no longer than this. */
async function endsWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([promise, pause(ms, timer.signal)])
  timer.abort()
}

function summary(outcome: Outcome): string {
  if ('failure' in outcome) return `${outcome.searcher}: ${outcome.failure.kind}`
  return `${outcome.searcher}: ${outcome.hits.length === 0 ? 'none' : 'hit'}`
}
