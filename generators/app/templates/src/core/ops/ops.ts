import type { H3 } from 'h3'
import type { Logger } from 'pino'
import type { Config } from '../settings/config.ts'
import type { Events } from '../events.ts'
import type { Runner } from '../search/runner.ts'
import type { Searcher } from '../search/searcher.ts'
import type { Store } from '../store/store.ts'
import { startAlerts, type Alerts } from './alerts.ts'
import { createOpsApp } from './app.ts'
import { createMailer } from './mail.ts'
import { createMetrics } from './metrics.ts'
import type { Status } from './page.ts'
import { createRecent } from './recent.ts'

/** What the operator's side watches. */
export interface WatchedParts {
  config: Config
  name: string
  searchers: readonly Searcher[]
  store: Store
  runner: Runner
  events: Events
  log: Logger
  /** Whether the service is on its way out. */
  isStopping(): boolean
}

/** The operator's side of the service: health, metrics, the status page, and alerts by mail. */
export async function createOps(parts: WatchedParts): Promise<{ app: H3; alerts?: Alerts }> {
  const { config, name, searchers, store, runner, events, log, isStopping } = parts
  const begun = Date.now()
  const recent = createRecent(events)
  const ready = async () => {
    if (isStopping()) throw new Error('the service is stopping')
    await store.ping()
  }
  const status = async (): Promise<Status> => {
    const [isReady, load] = await Promise.allSettled([ready(), store.load()])
    const activities = recent.searchers()
    return {
      name,
      notReady: isReady.status === 'rejected' ? (isReady.reason as Error).message : undefined,
      load: load.status === 'fulfilled' ? load.value : undefined,
      running: runner.running,
      upSecs: (Date.now() - begun) / 1000,
      store: config.MONGODB_URL ? 'MongoDB' : 'memory',
      searchers: searchers.map((searcher) => ({
        name: searcher.name,
        types: searcher.artifactTypes,
        activity: activities.get(searcher.name),
      })),
      results: recent.results(),
      openBreakers: recent.openBreakers(),
      now: new Date(),
    }
  }
  const metrics = createMetrics(events, { ready, load: () => store.load() })
  const { ALERT_SMTP_URL: url, ALERT_FROM: from, ALERT_TO: to } = config
  const alerts =
    url && from && to ? startAlerts({ name, events, log, send: await createMailer(url, from, to) }) : undefined
  return { app: createOpsApp({ ready, metrics, status }), alerts }
}
