import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { systemClock, type Clock } from '../time.ts'
import type { Events } from '../events.ts'
import { failuresOf } from '../protocol/outcome.ts'
import { StoreUnavailableError } from '../store/store.ts'
import type { SendMail } from './mail.ts'

/** What happens within this time of the first alert goes into the same mail: in milliseconds. */
const GATHER_MS = 10_000
/** When a mail that could not be sent is tried again: in milliseconds. */
const RETRY_MS = 60_000
/** An alert that goes on is repeated after this time, with how often it happened: in milliseconds. */
const REPEAT_MS = 3_600_000

/** What alerts are made with. */
export interface AlertParts {
  /** The service's name. */
  name: string
  events: Events
  log: Logger
  send: SendMail
  /** Claims an alert for this replica: of all that have it, one sends it. */
  claim(key: string, forMs: number): Promise<boolean>
  clock?: Pick<Clock, 'now' | 'after'>
}

/** Something that goes on, as long as it is told again and again. */
export interface Condition {
  key: string
  text: string
  /** When it is repeated: in milliseconds. Default: an hour. */
  repeatMs?: number
}

/** Alerts by mail. */
export interface Alerts {
  /** Tells of something that goes on. */
  tell(condition: Condition): void
  /** Sends what has been gathered, and nothing after that. */
  stop(): Promise<void>
}

interface Alert {
  key: string
  text: string
  /** How often it happened; of what goes on, whether it does. */
  count: number
  isCondition: boolean
  repeatMs: number
  since: number
  /** When it was last sent, by this replica or another. */
  sentAt: number
}

/**
 * Sends a mail when someone must act: the database is away, a source refuses its key, a search was given up, or what
 * `tell` is told. What belongs together is one mail, however often it happens, and in however many replicas.
 */
export function startAlerts({ name, events, log, send, claim, clock = systemClock }: AlertParts): Alerts {
  const alerts = new Map<string, Alert>()
  let cancelFlush: (() => void) | undefined
  let sending: Promise<void> = Promise.resolve()
  let stopped = false

  const raise = ({ key, text, repeatMs = REPEAT_MS }: Condition, isCondition = false) => {
    const fresh = { key, text, count: 0, isCondition, repeatMs, since: clock.now(), sentAt: -Infinity }
    const alert = alerts.get(key) ?? fresh
    if (alert.count === 0) alert.since = clock.now()
    alert.count += 1
    alert.text = text
    alerts.set(key, alert)
    if (alert.sentAt + alert.repeatMs <= clock.now()) flushIn(GATHER_MS)
  }

  const dropUnsent = (key: string) => {
    if (alerts.get(key)?.sentAt === -Infinity) alerts.delete(key)
  }

  const flushIn = (ms: number) => {
    if (!stopped) cancelFlush ??= clock.after(ms, () => void flush())
  }

  /** While the store is away each replica can only speak for itself. */
  const isMine = async ({ key, repeatMs }: Alert) => {
    return claim(key, repeatMs).catch((error: unknown) => {
      if (error instanceof StoreUnavailableError) return true
      throw error
    })
  }

  const flush = () => {
    cancelFlush?.()
    cancelFlush = undefined
    sending = sending.then(sendDue)
    return sending
  }

  const sendDue = async () => {
    const due = [...alerts.values()].filter(
      ({ count, sentAt, repeatMs }) => count > 0 && sentAt + repeatMs <= clock.now(),
    )
    const mine: (Alert & { alert: Alert })[] = []
    for (const alert of due) {
      const told = { ...alert, alert }
      Object.assign(alert, { count: 0, sentAt: clock.now() })
      if (await isMine(alert)) mine.push(told)
    }
    if (mine.length === 0) return
    const subject = mine.length === 1 ? `${name}: ${mine[0]!.text}` : `${name}: ${mine.length} alerts`
    const text = `${mine.map(lineOf).join('\n\n')}\n\nFrom the replica on ${hostname()}. Its log and its status page say more.\n`
    await send(subject, text).catch((err) => {
      for (const { alert, count } of mine) {
        alert.count += count
        alert.sentAt = -Infinity
      }
      log.warn({ err }, 'cannot send a mail: see ALERT_SMTP_URL')
      flushIn(RETRY_MS)
    })
  }

  events.on('storeCalled', ({ available }) => {
    // an outage that ends before the mail goes out is not told
    if (available) dropUnsent('store')
    else raise({ key: 'store', text: 'The database does not answer' })
  })
  events.on('searchFinished', ({ outcomes }) => {
    for (const { lookUp, failure } of failuresOf(outcomes)) {
      const text = `Source ${lookUp}: ${failure.message}`
      if (failure.kind === 'key_refused') raise({ key: `key ${lookUp}`, text })
      if (failure.kind === 'gave_up') raise({ key: `gave up ${lookUp}`, text })
    }
  })

  return {
    tell: (condition) => raise(condition, true),
    async stop() {
      stopped = true
      await flush()
    },
  }
}

function lineOf({ text, count, isCondition, since }: Alert): string {
  if (isCondition) return text
  const times = count === 1 ? 'once' : `${count} times`
  return `${text}\n  ${times} since ${new Date(since).toISOString()}`
}
