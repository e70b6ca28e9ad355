import { setMaxListeners } from 'node:events'
import type { Logger } from 'pino'
import type { Client } from '../client/client.ts'
import { noMoreCalls } from '../client/source-error.ts'
import type { Events } from '../events.ts'
import { createGuard } from '../gate/decide.ts'
import type { Rules } from '../gate/rules.ts'
import { hitsOf, outcomeText, type Failure, type NotAsked, type Outcome } from '../protocol/outcome.ts'
import {
  StoreUnavailableError,
  type ActiveSearch,
  type ClaimedSearch,
  type NewResult,
  type Store,
  type StoredResult,
} from '../store/store.ts'
import {
  foundAlready,
  judge,
  markArtifact,
  tellKeptIn,
  toArtifact,
  type MarkedArtifact,
  type Sent,
} from './admission.ts'
import type { Dispatch, LookUp } from './dispatch.ts'
import { formerHitsOf, freshnessOf, shortened } from './result.ts'
import type { HeldLease, Leases } from './leases.ts'
import { Interrupted, makeLookUp, TimeUp, type Attempt } from './look-up.ts'
import type { Start, Starts } from './starts.ts'

/** The settings of each search. */
export interface SearchSettings {
  /** How long a look-up may take from its beginning: in seconds. */
  searchTimeoutSecs: number
  /** How long a search may wait in all: in seconds. */
  maxWaitSecs: number
  maxAttempts: number
  resultTtlSecs: number
  failureTtlSecs: number
  rememberDays: number
}

/** What searches are run with. */
export interface SearchParts {
  store: Store
  dispatch: Dispatch
  client: Client
  starts: Starts
  leases: Leases
  /** What may leave the house. */
  rules: Rules
  events: Events
  log: Logger
  settings: SearchSettings
}

/**
 * Runs one claimed search: the look-ups that are due go side by side, each as soon as it may begin, each outcome is
 * recorded as it comes, and the last of them ends the search. When all that have begun are done and others still wait,
 * the search goes back to the store and waits there.
 */
export class SearchRun {
  readonly id: string
  readonly rank: number
  /** How many replicas that had begun one of its look-ups have crashed. */
  readonly crashes: number
  /** What it has come to, once that is in the store. */
  result: StoredResult | undefined
  /**
   * Settles once it has its result, or is given back: with the look-ups that the store may still have as begun by this
   * replica, since it could not be told otherwise.
   */
  readonly done: Promise<readonly string[]>

  readonly #parts: SearchParts
  readonly #search: ActiveSearch
  readonly #lease: HeldLease
  readonly #log: Logger
  readonly #abort = new AbortController()
  /** The store's time when the search was claimed, and this process's. */
  readonly #claimedAt: number
  readonly #asked: number

  /** The look-ups of its type. */
  readonly #lookUps: readonly LookUp[]
  readonly #marked: MarkedArtifact
  /** What each look-up is given of the artifact. */
  readonly #sent = new Map<string, Sent>()
  readonly #notAsked: NotAsked[]
  /** What is known, by look-up. */
  readonly #outcomes = new Map<string, Outcome>()
  /** What was known before, fresh or not. */
  #former: Outcome[] = []
  /** The look-ups that the search is to make: it is done when each has an outcome. */
  readonly #due = new Set<string>()
  /** Those of them whose outcomes the store has, or is being given. */
  readonly #recorded = new Set<string>()
  /** Those of them that have not begun. */
  readonly #waiting = new Map<string, LookUp>()
  /** The look-ups that are made only if the others find nothing. */
  #deferred: LookUp[] = []
  readonly #underWay = new Map<string, Promise<void>>()
  /** When look-ups began here, by `performance.now()`. */
  readonly #begunAt = new Map<string, number>()
  /** How often each look-up was begun before, by replicas that have crashed. */
  readonly #attempts: ReadonlyMap<string, number>
  /** Leave that came with the claim and is not used yet. */
  readonly #unused: Set<Start>
  /** The look-ups that the store may have as begun by this replica. */
  readonly #begunMarks: Set<string>

  /** @param asked when it was claimed, by `performance.now()`. */
  constructor(
    parts: SearchParts,
    { search, lease, claimedAt }: ClaimedSearch,
    starts: readonly Start[],
    asked: number,
  ) {
    this.id = search.id
    this.rank = search.rank
    this.#parts = parts
    // each look-up under way listens: no leak, however many
    setMaxListeners(0, this.#abort.signal)
    this.#search = search
    this.#log = parts.log.child({ id: search.id })
    this.#lease = parts.leases.hold(lease, asked, () => this.#giveWay())
    this.#claimedAt = claimedAt
    this.#asked = asked
    this.#lookUps = parts.dispatch.lookUpsOf(search.type)
    this.#marked = markArtifact(search.artifact, parts.rules, search.file?.sha256)
    this.#notAsked = [...search.notAsked]
    this.#unused = new Set(starts)
    this.#begunMarks = new Set(starts.map(({ lookUp }) => lookUp.id))
    const begunBefore = ([lookUp, { length }]: [string, string[]]) =>
      [lookUp, length - (this.#begunMarks.has(lookUp) ? 1 : 0)] as const
    this.#attempts = new Map(Object.entries(search.begun).map(begunBefore))
    this.crashes = Math.max(0, ...this.#attempts.values())
    this.done = this.#run()
      .catch((error) => this.#fail(error))
      .then(() => this.#leave())
  }

  /** Whether a look-up of it can begin here: as long as others are under way, and its time is not over. */
  waitsFor(lookUp: string): boolean {
    const isRunning = this.#underWay.size > 0 && !this.#abort.signal.aborted
    return isRunning && this.#waiting.has(lookUp) && this.#leftMs() > 0
  }

  /** Begins a look-up, if it still waits for that. */
  begin(start: Start): boolean {
    const { id } = start.lookUp
    if (!this.waitsFor(id)) return false
    this.#begin(start, async () => {
      this.#begunMarks.add(id)
      const isOurs = await this.#whileHeld(() => this.#parts.store.begin(this.#lease, [id]))
      if (!isOurs) this.#giveWay()
    })
    return true
  }

  /** Gives it back to the store, whatever is under way. */
  interrupt(reason: string): void {
    this.#abort.abort(new Interrupted(reason))
  }

  /** Another replica has claimed it, since its lease had run out. */
  #giveWay(): void {
    if (this.#abort.signal.aborted) return
    this.#log.info('the search went to another replica, which has its own outcome')
    this.interrupt('the lease is lost')
  }

  async #run(): Promise<void> {
    const { store, events } = this.#parts
    const result = await this.#whileHeld(() => store.findResult(this.id))
    const { isKnown, kept } = this.#readKnown(result?.outcomes ?? [])
    // finished between its entry and this run, or by one who crashed before it could remove the entry
    if (result && isKnown) return void (await this.#whileHeld(() => store.finish(this.#lease)))
    // entered before that result was known, which would not give way to its own
    if (result && result.token >= this.#lease.token) return this.#putBack(result.token)

    events.emit('searchStarted', { id: this.id, type: this.#search.type, takenOver: this.crashes > 0 })
    // else it would be claimed for them again and again
    if (kept.length > 0) await this.#whileHeld(() => store.keepIn(this.#lease, kept))
    await this.#giveUpAfterCrashes()
    for (const start of this.#unused) {
      this.#unused.delete(start)
      if (this.#waiting.has(start.lookUp.id)) this.#begin(start)
      else await this.#parts.starts.giveBack(start)
    }
    if (this.#leftMs() === 0) await this.#endWaiting()
    this.#tellWaiting()
    while (this.#underWay.size > 0) await Promise.race(this.#underWay.values())
    await this.#settleDeferred()
    await (this.#isDone ? this.#finish() : this.#putBack())
  }

  /** Whether each look-up that is to be made has its outcome. */
  get #isDone(): boolean {
    return [...this.#due].every((lookUp) => this.#outcomes.has(lookUp))
  }

  /** Sorts out what is known, what is due, and what is kept in; it is known when the result has it all. */
  #readKnown(found: readonly Outcome[]): { isKnown: boolean; kept: NotAsked[] } {
    const { outcomes, pending, deferred } = this.#search
    this.#former = [...found, ...outcomes]
    const { due, fresh } = freshnessOf(this.#lookUps, this.#former, this.#now())
    for (const outcome of fresh) this.#outcomes.set(outcome.lookUp, outcome)
    // an outcome of this search counts even if it is no longer fresh: the search is not to be without end
    for (const outcome of outcomes) if (!this.#outcomes.has(outcome.lookUp)) this.#outcomes.set(outcome.lookUp, outcome)
    const kept: NotAsked[] = []
    for (const lookUp of due) {
      if (!pending.includes(lookUp.id) && !deferred.includes(lookUp.id)) continue
      // once more: another replica, with other settings, may have entered the search
      const { sent, rule } = judge(this.#marked, lookUp)
      if (sent) this.#sent.set(lookUp.id, sent)
      if (rule) kept.push({ lookUp: lookUp.id, title: lookUp.title, rule })
      else if (pending.includes(lookUp.id)) this.#wait(lookUp)
      else this.#deferred.push(lookUp)
    }
    this.#keepIn(kept)
    const isOpen = this.#waiting.size > 0 || this.#deferred.length > 0
    const isInResult = ({ lookUp, at }: Outcome) => found.some((one) => one.lookUp === lookUp && one.at >= at)
    return { isKnown: !isOpen && outcomes.every(isInResult), kept }
  }

  /** Look-ups that were begun so often by replicas which crashed are not begun again. */
  async #giveUpAfterCrashes(): Promise<void> {
    const { maxAttempts } = this.#parts.settings
    for (const lookUp of new Set(this.#waiting.values())) {
      const attempts = this.#attempts.get(lookUp.id) ?? 0
      if (attempts < maxAttempts) continue
      await this.#settle(lookUp, { kind: 'gave_up', message: `gave up after ${attempts} attempts` })
    }
  }

  /** What was left for the case that the others find nothing waits now, if they have not: they are done, or wait. */
  async #settleDeferred(): Promise<void> {
    // interrupted, the others have found nothing only if they are all done
    if (this.#abort.signal.aborted && !this.#isDone) return
    const deferred = this.#deferred.splice(0)
    if (deferred.length === 0) return
    if (hitsOf([...this.#outcomes.values()]).length > 0) {
      this.#keepIn(deferred.map(foundAlready))
      return
    }
    await this.#whileHeld(() => this.#parts.store.undefer(this.#lease))
    for (const lookUp of deferred) this.#wait(lookUp)
  }

  #keepIn(notAsked: readonly NotAsked[]): void {
    this.#notAsked.push(...notAsked)
    tellKeptIn({ id: this.id, type: this.#search.type, notAsked }, this.#parts)
  }

  #wait(lookUp: LookUp): void {
    this.#due.add(lookUp.id)
    this.#waiting.set(lookUp.id, lookUp)
  }

  /** Whoever gives leave to begin is to know what waits for it. */
  #tellWaiting(): void {
    if (this.#waiting.size > 0) this.#parts.events.emit('lookUpsWait', { lookUps: [...this.#waiting.keys()] })
  }

  #begin(start: Start, prepare: () => Promise<void> = async () => {}): void {
    const { lookUp } = start
    this.#begunAt.set(lookUp.id, performance.now())
    this.#waiting.delete(lookUp.id)
    const done = prepare()
      .then(() => this.#attempt(start))
      .then((made) => this.#take(lookUp, made))
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#underWay.delete(lookUp.id)
        // not before it has ended: it might else be under way twice
        if (!this.#outcomes.has(lookUp.id)) this.#waiting.set(lookUp.id, lookUp)
        this.#parts.starts.end(lookUp)
        this.#tellWaiting()
        this.#parts.events.emit('lookUpEnded', { lookUp: lookUp.id })
      })
    this.#underWay.set(lookUp.id, done)
  }

  /** Makes one look-up, within its time. */
  async #attempt({ lookUp, turn, spentMs }: Start): Promise<Attempt> {
    if (spentMs !== undefined) {
      const { kind, message } = noMoreCalls(lookUp, spentMs)
      return { failure: { kind, message } }
    }
    const limit = new AbortController()
    const secs = this.#parts.settings.searchTimeoutSecs
    const timer = setTimeout(() => limit.abort(new TimeUp(`no answer within ${secs} s`)), secs * 1000)
    const stop = () => limit.abort(this.#abort.signal.reason)
    this.#abort.signal.addEventListener('abort', stop, { once: true })
    if (this.#abort.signal.aborted) stop()
    const { by, asks } = lookUp
    const { signal } = limit
    const sent = this.#sent.get(lookUp.id)
    if (!sent) throw new TypeError(`look-up "${lookUp.id}" begins without a decision of the gate`)
    const source = 'source' in by ? by.source : undefined
    const guard = createGuard(this.#marked, sent)
    const asking = this.#parts.client.open({ source, asks, turn, guard, search: this.id, signal })
    try {
      const tools = { ask: asking.ask, signal, log: this.#log.child({ lookUp: lookUp.id }) }
      return await makeLookUp(lookUp, toArtifact(sent, this.#search.file, this.#parts.store.files), tools)
    } finally {
      clearTimeout(timer)
      this.#abort.signal.removeEventListener('abort', stop)
      await asking.end()
    }
  }

  /** Takes what came of a look-up: its outcome, or that it waits again. */
  async #take(lookUp: LookUp, made: Attempt): Promise<void> {
    if ('failure' in made) return this.#settle(lookUp, made.failure, made.revision)
    if ('hits' in made) {
      const { freshSecs = lookUp.ttlSecs, ...found } = made
      return this.#record({ lookUp: lookUp.id, at: this.#now(), freshUntil: this.#now() + freshSecs * 1000, ...found })
    }
    // a source that wants to be left alone has said so to the client; code says it here
    if (!made.isHeld) await this.#holdBack(lookUp, Math.max(1, made.afterSecs))
    await this.#unmark([lookUp.id])
    this.#parts.events.emit('lookUpPutBack', { id: this.id, lookUp: lookUp.id, afterSecs: made.afterSecs })
  }

  /** Without the store it is only made again sooner than it wanted. */
  async #holdBack(lookUp: LookUp, secs: number): Promise<void> {
    await this.#parts.starts.holdBack(lookUp, secs).catch((err) => this.#log.debug({ err }, 'cannot hold back'))
  }

  /** A look-up could not find out; what it had found before stays. */
  async #settle({ id: lookUp, lists }: LookUp, failure: Failure, revision = lists?.revision): Promise<void> {
    this.#waiting.delete(lookUp)
    const former = formerHitsOf(lookUp, this.#former)
    const ofLists = revision !== undefined && { revision }
    const freshUntil = this.#now() + this.#parts.settings.failureTtlSecs * 1000
    await this.#record({ lookUp, at: this.#now(), freshUntil, failure, ...ofLists, ...(former && { former }) })
  }

  async #record(outcome: Outcome): Promise<void> {
    const { lookUp } = outcome
    this.#outcomes.set(lookUp, outcome)
    const now = performance.now()
    this.#parts.events.emit('lookUpFinished', { outcome, ms: now - (this.#begunAt.get(lookUp) ?? now) })
    // the last is written with the result: a successor finds the search by what it still waits for
    if ([...this.#due].every((id) => id === lookUp || this.#recorded.has(id))) return
    this.#recorded.add(lookUp)
    await this.#write(outcome).catch((err) => {
      this.#recorded.delete(lookUp)
      this.#log.debug({ err }, 'cannot record')
    })
  }

  async #write(outcome: Outcome): Promise<void> {
    const { store } = this.#parts
    const isWritten = await store.record(this.#lease, outcome).catch((error: unknown) => {
      if (error instanceof StoreUnavailableError) throw error
      // with the artifact and what others have found it is larger than can be kept
      return store.record(this.#lease, shortened([outcome], 0)[0]!)
    })
    if (isWritten) this.#begunMarks.delete(outcome.lookUp)
  }

  /** The time of the search is over: what has not begun by now is not asked. */
  async #endWaiting(): Promise<void> {
    const { maxWaitSecs } = this.#parts.settings
    for (const lookUp of new Set(this.#waiting.values())) {
      const message = `${lookUp.title} was not asked: within ${maxWaitSecs} s it had no place and turn for this`
      await this.#settle(lookUp, { kind: 'waited_too_long', message })
    }
  }

  async #putBack(token?: number): Promise<void> {
    const { store, events } = this.#parts
    for (const lookUp of this.#due) {
      const outcome = this.#outcomes.get(lookUp)
      if (outcome && !this.#recorded.has(lookUp)) await this.#whileHeld(() => this.#write(outcome))
    }
    await this.#unmark([...this.#begunMarks])
    await this.#whileHeld(() => store.release(this.#lease, token))
    events.emit('searchPutBack', { id: this.id })
    this.#tellWaiting()
    this.#log.debug({ waitsFor: [...this.#waiting.keys()] }, 'search given back')
  }

  /** What was begun here has ended, and not with a crash. */
  async #unmark(lookUps: readonly string[]): Promise<void> {
    if (lookUps.length === 0) return
    const unbegin = async () => {
      await this.#parts.store.unbegin(this.#lease, lookUps)
      for (const lookUp of lookUps) this.#begunMarks.delete(lookUp)
    }
    await this.#whileHeld(unbegin)
  }

  async #finish(): Promise<void> {
    const { store, events } = this.#parts
    const outcomes = this.#lookUps.flatMap(({ id }) => this.#outcomes.get(id) ?? [])
    const result = this.#resultOf(outcomes)
    const isOurs = await this.#whileHeld(() => store.finish(this.#lease, result))
    if (!isOurs) return this.#giveWay()
    this.result = { ...result, token: this.#lease.token, superseded: false, now: this.#now() }
    this.#begunMarks.clear()
    const { artifact, type, enteredAt } = this.#search
    const ms = Math.round(this.#now() - enteredAt)
    events.emit('searchFinished', { id: this.id, artifact, outcomes, ms })
    this.#log.info({ type, outcomes: outcomes.map(outcomeText), ms }, 'search finished')
  }

  #resultOf(outcomes: readonly Outcome[]): NewResult {
    const { resultTtlSecs, rememberDays } = this.#parts.settings
    const { type } = this.#search
    const finishedAt = this.#now()
    const readableUntil = Math.max(finishedAt + resultTtlSecs * 1000, ...outcomes.map(({ freshUntil }) => freshUntil))
    const rememberedUntil = Math.max(readableUntil, finishedAt + rememberDays * 86_400_000)
    return { type, outcomes: shortened(outcomes), notAsked: this.#notAsked, finishedAt, readableUntil, rememberedUntil }
  }

  #fail(error: unknown): void {
    // what fails by a fault of its own counts like a crash: it would else be made again without end
    if (!(error instanceof StoreUnavailableError)) this.#begunMarks.clear()
    this.#log.error({ err: error }, 'the search could not go on here; its lease will run out')
    this.interrupt('it could not go on')
  }

  async #leave(): Promise<readonly string[]> {
    const { starts, leases } = this.#parts
    for (const start of this.#unused) await starts.giveBack(start)
    leases.drop(this.#lease)
    return [...this.#begunMarks]
  }

  #whileHeld<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.#parts.leases.whileHeld(this.#lease, this.#abort.signal, work)
  }

  /** The store's clock, as far as this process can tell. */
  #now(): number {
    return Math.round(this.#claimedAt + (performance.now() - this.#asked))
  }

  #leftMs(): number {
    return Math.max(0, this.#search.endsAt - this.#now())
  }
}
