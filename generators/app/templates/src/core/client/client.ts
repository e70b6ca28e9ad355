import { createHash } from 'node:crypto'
import type { Events } from '../events.ts'
import type { Turns } from '../store/turns.ts'
import { checkAnswer } from './answer.ts'
import { Breaker } from './breaker.ts'
import { systemClock, type Clock } from './clock.ts'
import { exchange } from './exchange.ts'
import { Gate } from './gate.ts'
import { Line } from './line.ts'
import { withMargin } from './rate-limit.ts'
import { rememberedTurns } from './remembered-turns.ts'
import { meaningOf, type Reply } from './reply.ts'
import { isRepeatable, toFetchRequest, type SourceRequest } from './request.ts'
import { waitAfter } from './retry-after.ts'
import { SourceError } from './source-error.ts'
import { settingNames, type Source, type SourceSettings } from './source.ts'

/** How often a call is tried that may be repeated. */
const TRIES = 3
/** The pause before the second try, doubled before the third: in milliseconds. */
const BACKOFF_MS = 500
/** An outage that the source says will last longer sends the search back to the store: in seconds. */
const SHORT_OUTAGE_SECS = 5
/** How many calls of a source a replica makes at once, unless the source says otherwise. */
const CONCURRENCY = 5

/**
 * Asks a source and gives its answer.
 * @throws {SourceError} when it could not be asked or its answer is not as the schema says.
 * @throws {RetryLater} when it may not be asked for a while; the search goes back to the store until then.
 */
export type Ask = <T>(source: Source, request: SourceRequest<T>) => Promise<T>

/** Who asks. */
export interface Caller {
  /** The same when its search comes back, in whichever replica, so that it keeps its place in line. */
  id: string
  /** Ends its calls. */
  signal: AbortSignal
}

/** What the client works with. */
export interface ClientParts {
  settingsOf(source: Source): SourceSettings | undefined
  turns: Turns
  events: Events
  /** How long one call may take: in milliseconds. */
  callTimeoutMs: number
  clock?: Clock
}

/** Makes the client for sources: what calls have in common lives as long as it does, and each search gets an `Ask`. */
export function createClient({ settingsOf, events, callTimeoutMs, clock = systemClock, ...parts }: ClientParts) {
  const turns = rememberedTurns(parts.turns, clock)
  const shared = new Map<string, { gate: Gate; breaker: Breaker }>()
  const sharedOf = ({ id, title, concurrency = CONCURRENCY }: Source) => {
    const known = shared.get(id)
    if (known) return known
    const onChange = (open: boolean) => events.emit('breakerChanged', { source: id, open })
    const one = { gate: new Gate(concurrency), breaker: new Breaker(title, clock, onChange) }
    shared.set(id, one)
    return one
  }

  return ({ id, signal }: Caller): Ask => {
    const lines = new Map<string, Line>()
    const lineOf = ({ id: source, title }: Source, settings: SourceSettings) => {
      const queue = queueName(source, settings)
      const windows = settings.windows.map(withMargin)
      const line = lines.get(queue) ?? new Line({ turns, queue, caller: id, title, windows, clock, signal })
      lines.set(queue, line)
      return line
    }

    return async (source, request) => {
      const settings = usable(source, settingsOf(source))
      const line = lineOf(source, settings)

      /** One try; nothing when the source wants to be left alone for a while. */
      const attempt = async (): Promise<Reply | undefined> => {
        const turn = await line.turn((ms) => events.emit('turnAwaited', { source: source.id, ms }))
        let refusedForSecs: number | undefined
        try {
          const sent = toFetchRequest(source, settings, request)
          const reply = await exchange(source, sent, { timeoutMs: callTimeoutMs, signal, clock, events })
          const meaning = meaningOf(source, reply, request.answers)
          if (meaning === 'answer') return reply
          refusedForSecs = waitAfter(source, reply, meaning, new Date(clock.now()))
          // an outage that is over soon counts as a failure like any other, so that it does not go on for ever
          if (meaning !== 'rate_limited' && (refusedForSecs ?? 0) <= SHORT_OUTAGE_SECS) throw meaning
          return undefined
        } finally {
          await (refusedForSecs === undefined ? line.served(turn) : line.refused(refusedForSecs))
        }
      }

      const { gate, breaker } = sharedOf(source)
      const reply = await gate.run(signal, () => breaker.run(() => tryUntilAnswered(attempt, request, clock, signal)))
      return checkAnswer(source, reply.body, request.schema)
    }
  }
}

/** Tries again after a refusal, whose time the line waits out, and after a failure that may pass. */
async function tryUntilAnswered(
  attempt: () => Promise<Reply | undefined>,
  request: SourceRequest<unknown>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Reply> {
  for (let failures = 0; ;) {
    try {
      const reply = await attempt()
      if (reply) return reply
    } catch (error) {
      failures += 1
      const mayPass = error instanceof SourceError && error.kind === 'unavailable' && isRepeatable(request)
      if (!mayPass || failures === TRIES) throw error
      const longest = BACKOFF_MS * 2 ** (failures - 1)
      await clock.sleep((longest * (1 + clock.random())) / 2, signal)
    }
  }
}

function usable(source: Source, settings: SourceSettings | undefined): SourceSettings {
  if (!settings) throw new TypeError(`${source.title} is asked by a searcher that does not list it in "sources"`)
  if (source.key && !source.key.optional && !settings.key) {
    throw new SourceError('key_refused', `${source.title} needs a key: set ${settingNames(source).key}`)
  }
  return settings
}

/** Sources count calls by key: a new key starts anew. Of the key, the name has a part of a digest only. */
function queueName(source: string, { key }: SourceSettings): string {
  return key ? `${source}:${createHash('sha256').update(key).digest('hex').slice(0, 8)}` : source
}
