import { hostname } from 'node:os'
import type { Logger } from 'pino'
import type { Events } from '../events.ts'
import { failuresOf } from '../protocol/outcome.ts'
import type { SendMail } from './mail.ts'

/** What happens within this time of the first alert goes into the same mail: in milliseconds. */
const GATHER_MS = 10_000
/** When a mail is tried again that could not be sent: in milliseconds. */
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
  now?: () => number
}

/** Alerts by mail. */
export interface Alerts {
  /** Sends what has been gathered, and no more after that. */
  stop(): Promise<void>
}

interface Alert {
  text: string
  count: number
  since: number
  /** When it was last sent. */
  sentAt: number
}

/**
 * Sends a mail when someone must act: the database is away, a source refuses its key, a search was given up. What
 * belongs together is one mail, however often it happens.
 */
export function startAlerts({ name, events, log, send, now = Date.now }: AlertParts): Alerts {
  const alerts = new Map<string, Alert>()
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> = Promise.resolve()
  let stopped = false

  const raise = (key: string, text: string) => {
    const alert = alerts.get(key) ?? { text, count: 0, since: now(), sentAt: -Infinity }
    if (alert.count === 0) alert.since = now()
    alert.count += 1
    alert.text = text
    alerts.set(key, alert)
    if (alert.sentAt + REPEAT_MS <= now()) flushIn(GATHER_MS)
  }

  const dropUnsent = (key: string) => {
    if (alerts.get(key)?.sentAt === -Infinity) alerts.delete(key)
  }

  const flushIn = (ms: number) => {
    if (!stopped) timer ??= setTimeout(() => void flush(), ms).unref()
  }

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const due = [...alerts.values()].filter(({ count, sentAt }) => count > 0 && sentAt + REPEAT_MS <= now())
    if (due.length === 0) return sending
    const lines = due.map(({ text, count, since }) => {
      const times = count === 1 ? 'once' : `${count} times`
      return `${text}\n  ${times} since ${new Date(since).toISOString()}`
    })
    const counts = due.map(({ count }) => count)
    for (const alert of due) Object.assign(alert, { count: 0, sentAt: now() })
    const subject = due.length === 1 ? `${name}: ${due[0]!.text}` : `${name}: ${due.length} alerts`
    const text = `${lines.join('\n\n')}\n\nFrom the replica on ${hostname()}. Its log and its status page say more.\n`
    sending = send(subject, text).catch((err) => {
      for (const [index, alert] of due.entries()) {
        alert.count += counts[index]!
        alert.sentAt = -Infinity
      }
      log.warn({ err }, 'cannot send a mail: see ALERT_SMTP_URL')
      flushIn(RETRY_MS)
    })
    return sending
  }

  events.on('storeCalled', ({ available }) => {
    // one that is over before the mail goes out was none
    if (available) dropUnsent('store')
    else raise('store', 'The database does not answer')
  })
  events.on('searchFinished', ({ outcomes }) => {
    for (const { searcher, failure } of failuresOf(outcomes)) {
      if (failure.kind === 'key_refused') raise(`key ${searcher}`, `Searcher ${searcher}: ${failure.message}`)
      if (failure.kind === 'gave_up') raise(`gave up ${searcher}`, `Searcher ${searcher}: ${failure.message}`)
    }
  })

  return {
    async stop() {
      stopped = true
      await flush()
    },
  }
}
