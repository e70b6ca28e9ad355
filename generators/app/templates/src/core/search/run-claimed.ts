import type { Logger } from 'pino'
import type { Events } from '../events.ts'
import { failuresOf, outcomeText, type Outcome } from '../protocol/outcome.ts'
import type { SettingValues } from '../settings/setting.ts'
import type { Ask, Caller } from '../client/client.ts'
import type { ActiveSearch, ClaimedSearch, NewResult, Store } from '../store/store.ts'
import { toArtifact } from './artifact-file.ts'
import type { Caps } from './caps.ts'
import type { Dispatch } from './dispatch.ts'
import type { HeldLease, Leases } from './leases.ts'
import { giveUp, runSearch, type Progress } from './run-search.ts'
import { runSearcher, TimeUp, type Attempt } from './run-searcher.ts'
import type { Searcher } from './searcher.ts'

/** How soon a search is tried again whose searcher stays at its cap: in seconds. */
const CAP_WAIT_SECS = 1

/** The settings of each search. */
export interface SearchSettings {
  searchTimeoutSecs: number
  maxAttempts: number
  resultTtlSecs: number
  failureTtlSecs: number
}

/** What searches are run with. */
export interface SearchParts {
  store: Store
  dispatch: Dispatch
  events: Events
  settings: SearchSettings
  /** Makes the client for sources that a searcher has for one search. */
  createAsk(caller: Caller): Ask
  /** The values of the searchers' own settings, by the searcher's name. */
  searcherSettings?: Record<string, SettingValues>
}

/** What the searches of a replica have in common. */
export interface SearchLimits {
  leases: Leases
  caps: Caps
}

/**
 * Runs a claimed search to its result, or gives it back to the store when it has to wait.
 * @param signal ends it before its time, with an `Interrupted` as its reason.
 */
export async function runClaimed(
  parts: SearchParts,
  limits: SearchLimits,
  { search, attempts, waitedMs }: ClaimedSearch,
  lease: HeldLease,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  const { store, dispatch, events, settings } = parts
  const { id, artifact } = search
  const begun = performance.now()
  const whileHeld = <T>(work: () => Promise<T>) => limits.leases.whileHeld(lease, signal, work)

  const known = await whileHeld(() => store.findResult(id))
  if (known && !known.stale) {
    // finished between its entry and this run, or by one who crashed before it could remove the entry
    await whileHeld(() => store.finish(lease))
    return
  }

  events.emit('searchStarted', { id, type: artifact.type, attempts })
  const searchers = dispatch.searchersOf(artifact.type)
  const { outcomes, afterSecs }: Progress =
    attempts > settings.maxAttempts
      ? { outcomes: giveUp(search, { kind: 'gave_up', message: `gave up after ${settings.maxAttempts} attempts` }) }
      : await runSearchers(parts, limits, search, searchers, lease, signal, log)

  if (afterSecs !== undefined) {
    await whileHeld(() => store.release(lease, afterSecs))
    events.emit('searchPutBack', { id, afterSecs })
    log.debug({ afterSecs }, 'search given back')
    return
  }
  const written = await whileHeld(() => store.finish(lease, resultOf(settings, search, searchers, outcomes)))
  if (!written) return log.info('the search went to another replica, which has its own outcome')
  const ms = Math.round(performance.now() - begun)
  events.emit('searchFinished', { id, artifact, outcomes, ms: waitedMs + ms })
  log.info({ type: artifact.type, outcomes: outcomes.map(outcomeText), ms }, 'search finished')
}

/** Runs the searchers within the time of a search. */
async function runSearchers(
  { store, events, settings, createAsk, searcherSettings = {} }: SearchParts,
  { caps }: SearchLimits,
  search: ActiveSearch,
  searchers: readonly Searcher[],
  lease: HeldLease,
  signal: AbortSignal,
  log: Logger,
): Promise<Progress> {
  const limit = new AbortController()
  const secs = settings.searchTimeoutSecs
  const timer = setTimeout(() => limit.abort(new TimeUp(`no answer within ${secs} s`)), secs * 1000)
  const interrupt = () => limit.abort(signal.reason)
  if (signal.aborted) interrupt()
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    const artifact = toArtifact(search, store.files)
    const run = async (searcher: Searcher): Promise<Attempt> => {
      const { name } = searcher
      const context = {
        signal: limit.signal,
        log: log.child({ searcher: name }),
        ask: createAsk({ id: `${search.id}/${name}`, signal: limit.signal }),
        settings: searcherSettings[name] ?? {},
      }
      const attempt = await caps.run(
        searcher,
        async () => {
          const begun = performance.now()
          const made = await runSearcher(searcher, artifact, context)
          if (!('afterSecs' in made)) {
            events.emit('searcherFinished', { searcher: name, outcome: made, ms: performance.now() - begun })
          }
          return made
        },
        limit.signal,
      )
      return attempt ?? { searcher: name, afterSecs: CAP_WAIT_SECS }
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

function resultOf(
  { resultTtlSecs, failureTtlSecs }: SearchSettings,
  { artifact }: ActiveSearch,
  searchers: readonly Searcher[],
  outcomes: Outcome[],
): NewResult {
  const ttls = searchers.map((searcher) => searcher.ttlSecs ?? resultTtlSecs)
  const ttlSecs = ttls.length > 0 ? Math.min(...ttls) : resultTtlSecs
  const freshSecs = failuresOf(outcomes).length > 0 ? failureTtlSecs : ttlSecs
  return { artifact, outcomes, ttlSecs, freshSecs }
}
