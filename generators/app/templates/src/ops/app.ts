import { H3, type H3Event } from 'h3'

/** What the ops endpoints ask. */
export interface Health {
  /** Resolves when the store answers and the service is not stopping; throws otherwise. */
  ready(): Promise<void>
}

/** Health for whoever operates the service, on a port of its own: SOAR's port has its paths for search ids. */
export function createOpsApp({ ready }: Health): H3 {
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
  return app
}
