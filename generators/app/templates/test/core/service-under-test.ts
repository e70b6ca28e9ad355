import type { H3 } from 'h3'
import type { Context } from '../../src/core/context.ts'
import { createEvents, type Events } from '../../src/core/events.ts'
import { createApp, type AppParts } from '../../src/core/http/app.ts'
import { createAuthenticate } from '../../src/core/http/authentication.ts'
import { router } from '../../src/core/router.ts'
import { createCaller } from '../../src/core/rpc/procedure.ts'
import { createDispatch } from '../../src/core/search/dispatch.ts'
import type { Searcher } from '../../src/core/search/searcher.ts'
import { createContext, createRunner } from '../../src/core/service.ts'
import { loadConfig } from '../../src/core/settings/config.ts'
import { createMemoryStore } from '../../src/core/store/memory/store.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { Clock } from '../../src/core/time.ts'
import { silentLog } from './silent-log.ts'

/** What a test may choose; the rest is as the settings have it by default. */
export interface Choices {
  searchers?: Searcher[]
  store?: Store
  clock?: Clock
  env?: Record<string, string>
  settings?: Partial<Context['settings']>
  app?: Partial<AppParts>
  /** Plays the sources, instead of the network. */
  fetch?: typeof fetch
  credentials?: { user: string; password: string }
}

/** A service without servers: its procedures, and its app for requests without a port. */
export interface ServiceUnderTest {
  context: Context
  events: Events
  app: H3
  caller: ReturnType<typeof createCaller<Context, typeof router>>
  stop(): Promise<void>
}

/** Puts a service together as `startService` does, but for its servers and the timers of its runner. */
export async function createServiceUnderTest(choices: Choices = {}): Promise<ServiceUnderTest> {
  const { searchers = [], store = createMemoryStore(), env = {}, credentials, clock, fetch } = choices
  const config = loadConfig(env, searchers)
  const dispatch = createDispatch(searchers, { ...config, ttlSecs: config.CTS_RESULT_TTL_SECS })
  const events = createEvents()
  const parts = { config, store, dispatch, events, log: silentLog }
  const runner = await createRunner({ ...parts, ...(clock && { clock }), ...(fetch && { fetch }) })
  const made = await createContext({ ...parts, runner })
  const context = { ...made, settings: { ...made.settings, ...choices.settings } }
  const app = createApp({
    context,
    log: silentLog,
    events,
    authenticate: createAuthenticate(credentials?.user, credentials?.password),
    trustProxy: false,
    basePath: '',
    maxBodyBytes: 10_000_000,
    maxUploadBytes: 25_000_000,
    ...choices.app,
  })
  return {
    context,
    events,
    app,
    caller: createCaller(router, context),
    async stop() {
      await runner.stop(0)
      await store.close()
    },
  }
}
