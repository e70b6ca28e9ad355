import { http, HttpResponse, type RequestHandler } from 'msw'
import { createClient } from '../../../src/core/client/client.ts'
import { RateLimiter } from '../../../src/core/client/rate-limiter.ts'
import { settingNames } from '../../../src/core/client/source-settings.ts'
import type { ListedValues, Source } from '../../../src/core/client/source.ts'
import { createEvents } from '../../../src/core/events.ts'
import { decide } from '../../../src/core/gate/decide.ts'
import type { ArtifactType } from '../../../src/core/protocol/artifact.ts'
import type { Hit } from '../../../src/core/protocol/hit.ts'
import type { Failure } from '../../../src/core/protocol/outcome.ts'
import { markArtifact } from '../../../src/core/search/admission.ts'
import { createDispatch, sourcesOf } from '../../../src/core/search/dispatch.ts'
import { makeLookUp } from '../../../src/core/search/look-up.ts'
import type { Artifact, Searcher } from '../../../src/core/search/searcher.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { createMemoryRates } from '../../../src/core/store/memory/store.ts'
import { createFakeClock, type FakeClock } from '../client/fake-clock.ts'
import { server } from '../mocks/server.ts'
import { silentLog } from '../silent-log.ts'

/** What a look-up made of an artifact: hits, a failure, or a wish to be made later. */
export interface Trial {
  hits?: Hit[]
  /** How long the hits stay fresh, where the answer says so: in seconds. */
  freshSecs?: number | undefined
  /** What of it could not be asked. */
  gaps?: readonly string[]
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
  /** The local lists, for a source that reads them. */
  lists?: ListedValues
}

/** The key that every source is given. */
export const KEY = 'a-key-that-no-message-may-hold'

/** Where a source without an address of its own is asked. */
export function addressOf({ id, url }: Source): string {
  return url ?? `https://${id}.example`
}

/** Makes a source's look-up as the service does, but with handlers that play it and with time that stands still. */
export async function trySource(
  source: Source,
  artifact: Artifact,
  handlers: readonly RequestHandler[],
  options: TrialOptions = {},
): Promise<Trial> {
  const searcher = { name: 'trial', artifactTypes: [...source.types] satisfies ArtifactType[], sources: [source] }
  return trySearcher(searcher, artifact, handlers, options)
}

/** Makes the first look-up of a searcher for an artifact: that of its first source, or its own code. */
export async function trySearcher(
  searcher: Searcher,
  artifact: Artifact,
  handlers: readonly RequestHandler[],
  { env = {}, clock = createFakeClock(), lists }: TrialOptions = {},
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
  const ofSources = sourcesOf([searcher]).flatMap((source) => {
    const { url, key, rateLimit } = settingNames(source)
    return [
      [url, addressOf(source)],
      [key, source.key ? KEY : ''],
      [rateLimit, 'none'],
    ]
  })
  const config = loadConfig({ ...Object.fromEntries(ofSources), ...env }, [searcher])
  const [lookUp] = createDispatch([searcher], { ...config, ttlSecs: undefined, lists }).lookUpsOf(artifact.type)
  if (!lookUp) throw new TypeError(`nothing looks up ${artifact.type}`)
  const client = createClient({
    settingsOf: (source) => config.sources[source.id],
    limiter: new RateLimiter(createMemoryRates(clock.now), clock),
    ledger: { record: async () => {} },
    events: createEvents(),
    clock,
  })
  const run = server.boundary(() => {
    server.use(record, ...handlers, refuse)
    const { signal } = new AbortController()
    const source = 'source' in lookUp.by ? lookUp.by.source : undefined
    const guard = () => ({ ...artifact, cut: false })
    const { ask } = client.open({ source, asks: lookUp.asks, guard, search: 'trial', signal })
    return makeLookUp(lookUp, artifact, { signal, log: silentLog, ask })
  })
  return { ...(await run()), requests, unhandled, waits: clock.waits }
}

/** Why a source would not be asked about an artifact, by what its reach may see; nothing when it would be. */
export function ruleFor({ reach = 'query' }: Source, { type, value }: Artifact): string | undefined {
  const { artifact, marks } = markArtifact({ type, value }, { own: [], good: [], urlQueries: 'send' })
  const decision = decide(artifact, marks, { reach, maySee: new Set() })
  return decision.ask ? undefined : decision.rule
}

/**
 * Makes a look-up as `trySource` does, where it is to find something or nothing.
 * @throws {Error} that says why it could not.
 */
export async function findHits(...trial: Parameters<typeof trySource>): Promise<Trial & { hits: Hit[] }> {
  const { hits, failure, afterSecs, unhandled, ...rest } = await trySource(...trial)
  if (hits) return { ...rest, hits, unhandled }
  const reason = failure?.message ?? `it wants to be made again in ${afterSecs} s`
  const missing = [...unhandled].map((request) => `; no handler plays ${request}`)
  throw new Error(`The look-up found out nothing: ${reason}${missing.join('')}`)
}
