import { http, HttpResponse, type RequestHandler } from 'msw'
import { createEvents } from '../../../src/core/events.ts'
import { createClient } from '../../../src/core/client/client.ts'
import type { SourceRequest } from '../../../src/core/client/request.ts'
import type { Source, SourceSettings } from '../../../src/core/client/source.ts'
import { createMemoryTurns } from '../../../src/core/store/memory/turns.ts'
import type { Turns } from '../../../src/core/store/turns.ts'
import { server } from '../mocks/server.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { moon } from './moon.ts'

/** It gives this answer. */
export const full = () => HttpResponse.json({ phase: 'full' })

/** It answers in these ways one after the other, and then in the last of them. */
export function moonAnswers(...answers: (() => Response | Promise<Response>)[]): RequestHandler {
  let asked = 0
  return http.all(`${moon.url}/*`, () => answers[Math.min(asked++, answers.length - 1)]!())
}

/** What can be chosen for an ask. */
interface Choices {
  source?: Source
  settings?: Partial<SourceSettings>
  clock?: FakeClock
  turns?: Turns
}

/** A client whose source the handlers play, each ask in a search of its own unless its id says otherwise. */
export function createMoonClient({ source = moon, settings = {}, clock = createFakeClock(), turns }: Choices = {}) {
  const requests: Request[] = []
  const record = http.all('*', ({ request }) => void requests.push(request.clone()))
  const createAsk = createClient({
    settingsOf: ({ id }) =>
      id === source.id ? { url: source.url, key: 'secret', windows: [], ...settings } : undefined,
    turns: turns ?? createMemoryTurns(clock.now),
    events: createEvents(),
    callTimeoutMs: 30_000,
    clock,
  })
  let searches = 0
  return {
    clock,
    requests,
    /** Asks while the handlers play the source. */
    ask<T>(
      handler: RequestHandler,
      request: SourceRequest<T>,
      { id = `search-${searches++}`, signal = new AbortController().signal, from = source } = {},
    ): Promise<T> {
      return server.boundary(() => {
        server.use(record, handler)
        return createAsk({ id, signal })(from, request)
      })()
    },
  }
}
