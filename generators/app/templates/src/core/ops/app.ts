import { H3, type H3Event } from 'h3'
import type { Metrics } from './metrics.ts'
import { PAGE_POLICY, renderPage, type Status } from './page.ts'

/** What the ops endpoints ask. */
export interface OpsParts {
  /** Resolves when the store answers and the service is not stopping; throws otherwise. */
  ready(): Promise<void>
  metrics: Metrics
  status(): Promise<Status>
}

/**
 * Health, metrics and the status page for whoever operates the service, on a port of its own: SOAR's port has its paths
 * for search ids.
 */
export function createOpsApp({ ready, metrics, status }: OpsParts): H3 {
  const app = new H3({ silent: true })
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (event: H3Event) => {
    try {
      await ready()
      return { status: 'ready' }
    } catch (error) {
      event.res.status = 503
      return { status: 'not ready', reason: (error as Error).message }
    }
  })
  app.get('/metrics', async (event: H3Event) => {
    event.res.headers.set('content-type', metrics.contentType)
    return metrics.text()
  })
  app.get('/', async (event: H3Event) => {
    event.res.headers.set('content-type', 'text/html; charset=utf-8')
    event.res.headers.set('cache-control', 'no-store')
    event.res.headers.set('content-security-policy', PAGE_POLICY)
    return renderPage(await status())
  })
  return app
}
