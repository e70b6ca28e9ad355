import type { H3 } from 'h3'
import { createEvents } from '../../src/core/events.ts'
import type { Context } from '../../src/core/context.ts'
import { createApp, type AppParts } from '../../src/core/http/app.ts'
import { createAuthenticate } from '../../src/core/http/authentication.ts'
import { createCaller } from '../../src/core/rpc/caller.ts'
import { router } from '../../src/core/router.ts'
import { createDispatch } from '../../src/core/search/dispatch.ts'
import { Runner } from '../../src/core/search/runner.ts'
import type { Searcher } from '../../src/core/search/searcher.ts'
import { createMemoryStore } from '../../src/core/store/memory/store.ts'
import type { Store } from '../../src/core/store/store.ts'
import { runnerSettings } from './search/runner-settings.ts'
import { silentLog } from './silent-log.ts'

/** What a test may choose; the rest is as the settings have it by default. */
export interface Choices {
  searchers?: Searcher[]
  store?: Store
  settings?: Partial<Context['settings']>
  app?: Partial<AppParts>
  credentials?: { user: string; password: string }
}

/** A service without servers: its procedures, and its app for requests without a port. */
export interface ServiceUnderTest {
  context: Context
  app: H3
  caller: ReturnType<typeof createCaller<Context, typeof router>>
  stop(): Promise<void>
}

/** Puts a service together as `startService` does, but for its servers. */
export async function createServiceUnderTest(choices: Choices = {}): Promise<ServiceUnderTest> {
  const { searchers = [], store = createMemoryStore(), credentials } = choices
  const dispatch = createDispatch(searchers)
  const events = createEvents()
  const runner = new Runner({
    store,
    dispatch,
    log: silentLog,
    events,
    settings: runnerSettings,
    createAsk: () => () => Promise.reject(new Error('no source is asked here')),
  })
  const context: Context = {
    store,
    runner,
    dispatch,
    searchIdKey: await store.secret('search-id', 32),
    settings: { retrySecs: 5, syncWaitMs: 0, uploadFiles: false, ...choices.settings },
  }
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
    app,
    caller: createCaller(router, context),
    async stop() {
      await runner.stop(0)
      await store.close()
    },
  }
}
