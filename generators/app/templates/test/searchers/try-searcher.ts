import { http, type RequestHandler } from 'msw'
import { loadConfig } from '../../src/config.ts'
import { createLog } from '../../src/ops/log.ts'
import type { Hit } from '../../src/protocol/hit.ts'
import type { Failure } from '../../src/protocol/outcome.ts'
import { runSearcher } from '../../src/search/run-searcher.ts'
import type { Artifact, Searcher } from '../../src/search/searcher.ts'
import { createAsk } from '../../src/sources/client.ts'
import { settingNames } from '../../src/sources/source.ts'
import { server } from '../mocks/server.ts'

/** What a searcher made of an artifact: hits, a failure, or a wish to be asked again later. */
export interface Trial {
  hits?: Hit[]
  failure?: Failure
  afterSecs?: number
  /** What the searcher sent, in order. */
  requests: SentRequest[]
}

/** A request as its source gets it. */
export interface SentRequest {
  method: string
  url: string
  headers: Headers
  body: string
}

/** The key that every source is given. */
export const KEY = 'a-key-that-no-message-may-hold'

/**
 * Runs a searcher as the service does, but on sources that the handlers play.
 * @param env settings beside the keys, which are all set.
 */
export async function trySearcher(
  searcher: Searcher,
  artifact: Artifact,
  handlers: readonly RequestHandler[],
  env: Record<string, string> = {},
): Promise<Trial> {
  const requests: SentRequest[] = []
  const record = http.all('*', async ({ request }) => {
    const { method, url, headers } = request
    requests.push({ method, url, headers, body: await request.clone().text() })
  })
  const sources = searcher.sources ?? []
  const keys = Object.fromEntries(sources.map((source) => [settingNames(source).key, KEY]))
  const config = loadConfig({ ...keys, ...env }, sources)
  const { signal } = new AbortController()
  const ask = createAsk((source) => config.sources[source.id] ?? { url: source.url }, signal)
  const run = server.boundary(() => {
    server.use(record, ...handlers)
    return runSearcher(searcher, artifact, { signal, log: createLog('silent'), ask })
  })
  return { ...(await run()), requests }
}
