import type { H3 } from 'h3'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import type { Events } from '../events.ts'
import { createAuthenticate } from '../http/authentication.ts'
import type { Lists } from '../lists/lists.ts'
import type { Dispatch } from '../search/dispatch.ts'
import type { Runner } from '../search/runner.ts'
import type { Config } from '../settings/config.ts'
import type { Store } from '../store/store.ts'
import { systemClock, type Clock } from '../time.ts'
import { startAlerts, type Alerts } from './alerts.ts'
import { createOpsApp } from './app.ts'
import { cached } from './cached.ts'
import { startHeartbeat } from './heartbeat.ts'
import { createMailer } from './mail.ts'
import { createMetrics } from './metrics.ts'
import { createKept, createRecent } from './recent.ts'
import { createLookUpPages } from './routes/look-up-routes.ts'
import { createSearchPages } from './routes/search-routes.ts'
import { createStatusPage } from './routes/status-route.ts'
import { readSources } from './sources/read-sources.ts'
import type { Backlog } from './sources/source-facts.ts'
import { startWatch } from './watch.ts'

/** How long what the store said counts, however many look: in milliseconds. */
const KNOWN_MS = 1000
/** Where it takes longer, a page shows what it said before: in milliseconds. */
const PATIENCE_MS = 100

/** What the operator's side watches. */
export interface WatchedParts {
  config: Config
  name: string
  dispatch: Dispatch
  store: Store
  runner: Runner
  /** The local lists, if there are any. */
  lists?: Pick<Lists, 'status' | 'problems'> | undefined
  events: Events
  log: Logger
  /** What look-ups by hand are made with. */
  context: Context
  /** Whether the service is on its way out. */
  isStopping(): boolean
  clock?: Clock
}

/** The operator's side of the service. */
export interface Ops {
  app: H3
  /** Sends the mails that are due, and says that this replica is gone. */
  stop(): Promise<void>
}

/** Starts the operator's side of the service: health, metrics, pages, warnings in the log, and alerts by mail. */
export async function createOps(parts: WatchedParts): Promise<Ops> {
  const { config, name, dispatch, store, runner, lists, events, log, context, isStopping, clock = systemClock } = parts
  const recent = createRecent(events)
  const kept = createKept(events)
  const ready = async () => {
    if (isStopping()) throw new Error('the service is stopping')
    await store.ping()
  }
  const readBacklog = async (): Promise<Backlog> => {
    const load = store.load().catch(() => undefined)
    return { sources: await readSources({ config, dispatch, store, recent }), load: await load }
  }
  const backlog = cached(readBacklog, { forMs: KNOWN_MS, patienceMs: PATIENCE_MS, clock })
  const alerts = await openAlerts(parts)
  const watch = startWatch({
    sources: async () => (await backlog.fresh()).value.sources,
    mayHoldUp: () => dispatch.lookUps.some((lookUp) => runner.waitMs(lookUp) > 0),
    kept,
    lists: () => lists?.status() ?? [],
    events,
    log,
    tell: (condition) => alerts?.tell(condition),
    clock,
  })
  const heartbeat = startHeartbeat({ store: store.watch, replica: runner.owner, log, clock })
  const { CTS_USER: user, CTS_PASSWORD: password } = config
  const app = createOpsApp({
    name,
    ready,
    metrics: createMetrics(events, {
      ready,
      backlog: backlog.soon,
      now: clock.now,
      lookUps: dispatch.lookUps.map(({ id }) => id),
      lists: () => lists?.status() ?? [],
    }),
    status: createStatusPage({ name, config, backlog: backlog.soon, store, runner, lists, recent, kept, ready }),
    searches: createSearchPages({ name, context, backlog: backlog.soon }),
    lookUps: createLookUpPages({ name, context, backlog: backlog.soon }),
    hosts: config.OPS_HOSTS,
    authenticate: createAuthenticate(user, password),
    log,
  })
  return {
    app,
    async stop() {
      watch.stop()
      await alerts?.stop()
      await heartbeat.stop()
    },
  }
}

async function openAlerts({ config, name, store, runner, events, log }: WatchedParts): Promise<Alerts | undefined> {
  const { ALERT_SMTP_URL: url, ALERT_FROM: from, ALERT_TO: to } = config
  if (!url || !from || !to) return undefined
  const claim = (key: string, forMs: number) => store.watch.claimAlert({ key, owner: runner.owner, forMs })
  return startAlerts({ name, events, log, send: await createMailer(url, from, to), claim })
}
