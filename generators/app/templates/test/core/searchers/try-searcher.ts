import { http, HttpResponse, type RequestHandler } from 'msw'
import { createEvents } from '../../../src/core/events.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import type { Hit } from '../../../src/core/protocol/hit.ts'
import type { Failure } from '../../../src/core/protocol/outcome.ts'
import { runSearcher } from '../../../src/core/search/run-searcher.ts'
import type { Artifact, Searcher } from '../../../src/core/search/searcher.ts'
import { createClient } from '../../../src/core/client/client.ts'
import { settingNames } from '../../../src/core/client/source.ts'
import { createMemoryTurns } from '../../../src/core/store/memory/turns.ts'
import { server } from '../mocks/server.ts'
import { silentLog } from '../silent-log.ts'
import { createFakeClock, type FakeClock } from '../client/fake-clock.ts'

/** What a searcher made of an artifact: hits, a failure, or a wish to be asked again later. */
export interface Trial {
  hits?: Hit[]
  failure?: Failure
  afterSecs?: number
  /** What it sent, in order. */
  requests: SentRequest[]
  /** Those of them that no handler plays: `GET https://api.example.com/`. */
  unhandled: Set<string>
  /** How long it waited each time: in milliseconds. */
  waits: number[]
}

/** A request as its source gets it. */
export interface SentRequest {
  method: string
  url: string
  headers: Headers
  body: string
}

/** What can be chosen for a trial. */
export interface TrialOptions {
  /** Settings, beside those of the sources, which have a key and no rate limit. */
  env?: Record<string, string>
  clock?: FakeClock
}

/** The key that every source is given. */
export const KEY = 'a-key-that-no-message-may-hold'

/** Runs a searcher as the service does, but with sources that the handlers play and with time that stands still. */
export async function trySearcher(
  searcher: Searcher,
  artifact: Artifact,
  handlers: readonly RequestHandler[],
  { env = {}, clock = createFakeClock() }: TrialOptions = {},
): Promise<Trial> {
  const requests: SentRequest[] = []
  const unhandled = new Set<string>()
  const refuse = http.all('*', ({ request: { method, url } }) => {
    unhandled.add(`${method} ${url}`)
    return HttpResponse.error()
  })
  const record = http.all('*', async ({ request }) => {
    const { method, url, headers } = request
    requests.push({ method, url, headers, body: await request.clone().text() })
  })
  const ofSources = (searcher.sources ?? []).map(settingNames).flatMap(({ key, rateLimit }) => [
    [key, KEY],
    [rateLimit, 'none'],
  ])
  const config = loadConfig({ ...Object.fromEntries(ofSources), ...env }, [searcher])
  const { signal } = new AbortController()
  const createAsk = createClient({
    settingsOf: (source) => config.sources[source.id],
    turns: createMemoryTurns(clock.now),
    events: createEvents(),
    callTimeoutMs: 30_000,
    clock,
  })
  const run = server.boundary(() => {
    server.use(record, ...handlers, refuse)
    const ask = createAsk({ id: 'trial', signal })
    const settings = config.searchers[searcher.name] ?? {}
    return runSearcher(searcher, artifact, { signal, log: silentLog, ask, settings })
  })
  const { searcher: _, ...attempt } = await run()
  return { ...attempt, requests, unhandled, waits: clock.waits }
}

/**
 * Runs a searcher as `trySearcher` does, where it is to find something or nothing.
 * @throws {Error} that says why it could not.
 */
export async function findHits(...trial: Parameters<typeof trySearcher>): Promise<Trial & { hits: Hit[] }> {
  const { hits, failure, afterSecs, unhandled, ...rest } = await trySearcher(...trial)
  if (hits) return { ...rest, hits, unhandled }
  const reason = failure?.message ?? `it wants to be asked again in ${afterSecs} s`
  const missing = [...unhandled].map((request) => `; no handler plays ${request}`)
  throw new Error(`The searcher found out nothing: ${reason}${missing.join('')}`)
}
