import type { Events } from '../events.ts'
import { isPublic, type Guard, type Told } from '../gate/decide.ts'
import type { Ledger } from '../gate/ledger.ts'
import { checkAnswer, meaningOf, waitAfter } from './answer.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { systemClock, type Clock } from '../time.ts'
import { checkPath, exchange, talk } from './exchange.ts'
import { isRepeatable, type SourceRequest } from './request.ts'
import type { RateLimiter, Turn } from './rate-limiter.ts'
import { noMoreCalls, RetryLater, SourceError } from './source-error.ts'
import { missingSetting, settingPrefix, type SourceSettings } from './source-settings.ts'
import type { Ask, Source } from './source.ts'

/** How often a call is tried that may be repeated. */
const TRIES = 3
/** The pause before the second try, doubled before the third: in milliseconds. */
const BACKOFF_MS = 500
/** An outage that the source says will last longer is waited out in the store: in seconds. */
const SHORT_OUTAGE_SECS = 5
/** The longest that a look-up waits, once it has begun, for the turn of a further call: in milliseconds. */
const FURTHER_TURN_MS = 30_000

/** A look-up that asks. */
export interface Asker {
  /** The source whose look-up it is; none for a searcher with code of its own. */
  source?: Source | undefined
  /** Further sources that it may ask. */
  asks: readonly Source[]
  /** The turn that it begins with. */
  turn?: Turn | undefined
  /** The gate's last word on each call. */
  guard: Guard
  /** The id of its search. */
  search: string
  /** Ends its calls. */
  signal: AbortSignal
}

/** What the client works with. */
export interface ClientParts {
  settingsOf(source: Source): SourceSettings | undefined
  limiter: RateLimiter
  ledger: Ledger
  events: Events
  clock?: Clock
  /** How HTTP is spoken; Node's own `fetch`, unless somebody wants to watch. */
  fetch?: typeof fetch
}

/** What one look-up asks with. */
export interface Asking {
  ask: Ask
  /** Gives back the turn that it began with, if it made no call. */
  end(): Promise<void>
}

/** The client for all sources. It keeps what their calls share: breakers, rate limiter, ledger. */
export interface Client {
  /** Gives one look-up its `ask`. */
  open(asker: Asker): Asking
}

/** One call under way; its tries share this. */
interface Call<T> {
  source: Source
  settings: SourceSettings
  request: SourceRequest<T>
  /** What the source is told with it. */
  told: Told
  /** Why the try before failed. */
  failure?: SourceError
  /** How long the source wants to be left alone before the next: in milliseconds. */
  pauseMs: number
}

/** Makes the client. */
export function createClient(parts: ClientParts): Client {
  const { settingsOf, limiter, ledger, events, clock = systemClock, fetch } = parts
  const breakers = new Map<string, CircuitBreaker>()
  const breakerOf = ({ id, title }: Source) => {
    const known = breakers.get(id)
    if (known) return known
    const breaker = new CircuitBreaker(title, clock, (open) => events.emit('breakerChanged', { source: id, open }))
    breakers.set(id, breaker)
    return breaker
  }

  const open = ({ source: own, asks, turn: firstTurn, guard, search, signal }: Asker): Asking => {
    const allowed = own ? [own, ...asks] : asks
    const last = new Map<string, Promise<unknown>>()
    let turnInHand = firstTurn
    let hasAnswer = false

    /** The turn of a try: the one that the look-up began with, or one that is waited for. */
    const turnFor = async ({ source, settings, failure }: Call<unknown>): Promise<Turn> => {
      if (turnInHand && settings.quotas.includes(turnInHand.quota)) {
        const turn = turnInHand
        turnInHand = undefined
        return turn
      }
      for (let waitedMs = 0; ;) {
        const [turn] = await limiter.take(settings.quotas, 1)
        if (turn) return turn
        const ms = limiter.waitMs(settings.quotas)
        // what is wrong with the source is worth more to know than that it cannot be tried again now
        if (waitedMs + ms > FURTHER_TURN_MS) throw failure ?? noMoreCalls(source, ms)
        waitedMs += ms
        await clock.sleep(ms, signal)
      }
    }

    /** One try. */
    const attempt = async <T>(call: Call<T>): Promise<T> => {
      const turn = await turnFor(call)
      try {
        return await attemptIn(turn, call)
      } finally {
        // the answer counts even if the store is away: the turn then runs out by itself
        await limiter.end(turn).catch(() => {})
      }
    }

    /** The ledger's record, before anything is sent. */
    const record = async ({ source, settings: { reach }, told }: Call<unknown>): Promise<void> => {
      if (!isPublic(reach)) return
      await ledger.record({ ...told, source: source.id, reach, search })
      events.emit('told', { source: source.id, reach })
    }

    const attemptIn = async <T>({ quota }: Turn, call: Call<T>): Promise<T> => {
      const { source, settings, request } = call
      await record(call)
      const limits = { timeoutMs: settings.timeoutMs, signal, clock, events, ...(fetch && { fetch }) }
      if ('talk' in request) {
        const answer = await talk(source, settings, request, limits)
        hasAnswer = true
        return answer
      }
      const key = settings.keys[settings.quotas.indexOf(quota)]
      const reply = await exchange(source, { settings, key, request }, limits)
      const meaning = meaningOf(source, reply, request.answers)
      if (meaning === 'answer') {
        hasAnswer = true
        return checkAnswer(source, reply, request)
      }
      const secs = waitAfter(source, { reply, meaning }, new Date(clock.now()))
      if (meaning !== 'rate_limited' && secs <= SHORT_OUTAGE_SECS) {
        call.pauseMs = secs * 1000
        throw meaning
      }
      await limiter.refused(quota, secs)
      // no answer is asked for twice: a look-up that already has one fails instead of beginning anew
      const beginsAnew = !hasAnswer && (source === own || (!own && source === asks[0]))
      throw beginsAnew ? new RetryLater(secs, { isHeld: true }) : noMoreCalls(source, secs * 1000)
    }

    /** Tries again after a failure that may pass. */
    const tryUntilAnswered = async <T>(call: Call<T>): Promise<T> => {
      for (let failures = 1; ; failures++) {
        try {
          return await attempt(call)
        } catch (error) {
          const mayPass = error instanceof SourceError && error.kind === 'unavailable' && isRepeatable(call.request)
          if (!mayPass || failures === TRIES) throw error
          call.failure = error
          const backoffMs = (BACKOFF_MS * 2 ** (failures - 1) * (1 + clock.random())) / 2
          await clock.sleep(Math.max(backoffMs, call.pauseMs), signal)
        }
      }
    }

    const callOnce = async <T>(source: Source, request: SourceRequest<T>): Promise<T> => {
      if (!allowed.includes(source)) {
        throw new TypeError(`${source.title} is asked by a look-up that does not name it in "asks"`)
      }
      const settings = usable(source, settingsOf(source))
      // before the turn and the ledger: if either throws, no turn is spent and nothing recorded
      const told = guard(source, settings)
      if (!('talk' in request)) checkPath(source, request.path)
      const call = { source, settings, request, told, pauseMs: 0 }
      return breakerOf(source).run(() => {
        // its time may be over by now, if it has waited for another call
        signal.throwIfAborted()
        return tryUntilAnswered(call)
      })
    }

    const ask = <T>(...input: [SourceRequest<T>] | [Source, SourceRequest<T>]): Promise<T> => {
      const [source, request] = input.length === 1 ? [own, input[0]] : input
      if (!source) throw new TypeError('a searcher with code of its own names the source that it asks: ask(source, …)')
      // a look-up's calls of one source go one after the other, so that its concurrency limit counts look-ups
      const done = (last.get(source.id) ?? Promise.resolve()).then(() => callOnce(source, request))
      // caught here too: a look-up that has failed no longer awaits its other calls
      const ended = done.catch(() => {})
      last.set(source.id, ended)
      return done
    }

    return {
      ask,
      async end() {
        const unused = turnInHand
        turnInHand = undefined
        // a turn that cannot be given back is lost, which does no other harm
        if (unused) await limiter.giveBack(unused).catch(() => {})
      },
    }
  }

  return { open }
}

/** @throws {SourceError} `kept_in` when it is switched off, `key_refused` when its address or its key is missing. */
function usable(source: Source, settings: SourceSettings | undefined): SourceSettings {
  if (!settings) throw new TypeError(`${source.title} has no settings: no searcher of this service names it`)
  if (settings.ask === 'never') {
    throw new SourceError('kept_in', `${source.title} was not asked: ${settingPrefix(source.id)}ASK=never`)
  }
  const missing = missingSetting(source, settings)
  if (missing === undefined) return settings
  const what = settings.url === undefined ? 'an address' : 'a key'
  throw new SourceError('key_refused', `${source.title} needs ${what}: set ${missing}`)
}
