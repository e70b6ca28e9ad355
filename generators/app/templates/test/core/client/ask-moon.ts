import { http, HttpResponse, type RequestHandler } from 'msw'
import { createClient, type Asker } from '../../../src/core/client/client.ts'
import type { Ask } from '../../../src/core/client/source.ts'
import { RateLimiter } from '../../../src/core/client/rate-limiter.ts'
import type { SourceRequest } from '../../../src/core/client/request.ts'
import type { SourceSettings } from '../../../src/core/client/source-settings.ts'
import type { Source } from '../../../src/core/client/source.ts'
import { createEvents, type EventMap } from '../../../src/core/events.ts'
import type { Guard, Told } from '../../../src/core/gate/decide.ts'
import type { Egress, Ledger } from '../../../src/core/gate/ledger.ts'
import { createMemoryRates } from '../../../src/core/store/memory/store.ts'
import type { RateStore } from '../../../src/core/store/store.ts'
import { server } from '../mocks/server.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { moon } from './moon.ts'
import { settingsFor } from './settings-for.ts'

/** It gives this answer. */
export const full = () => HttpResponse.json({ phase: 'full' })

/** It gives no answer but this status. */
export const status = (code: number, headers: Record<string, string> = {}) => {
  return () => HttpResponse.json({}, { status: code, headers })
}

/** A source answers in these ways one after the other, and then in the last of them. */
export function answersOf({ url }: Source, ...answers: (() => Response | Promise<Response>)[]): RequestHandler {
  let asked = 0
  return http.all(`${url}/*`, () => answers[Math.min(asked++, answers.length - 1)]!())
}

/** The moon answers in these ways one after the other, and then in the last of them. */
export function moonAnswers(...answers: (() => Response | Promise<Response>)[]): RequestHandler {
  return answersOf(moon, ...answers)
}

/** What every source may see. */
export const seen: Told = { type: 'net.name', value: 'malware.example', cut: false }
const tellAll: Guard = () => seen

/** What can be chosen for a client. */
interface Choices {
  source?: Source
  settings?: Partial<SourceSettings>
  /** Further sources that it knows. */
  others?: readonly Source[]
  clock?: FakeClock
  rates?: RateStore
  ledger?: Ledger
}

/** What can be chosen for a look-up. */
type AskerChoices = Partial<Asker>

/** A client whose sources the handlers play. */
export function createMoonClient({ source = moon, settings = {}, others = [], ...choices }: Choices = {}) {
  const { clock = createFakeClock() } = choices
  const requests: Request[] = []
  const record = http.all('*', ({ request }) => void requests.push(request.clone()))
  const known = new Map([source, ...others].map((one) => [one.id, settingsFor(one)]))
  known.set(source.id, settingsFor(source, settings))
  const limiter = new RateLimiter(choices.rates ?? createMemoryRates(clock.now), clock)
  const events = createEvents()
  const told: Egress[] = []
  const ledger: Ledger = choices.ledger ?? { record: async (egress) => void told.push(egress) }
  const calls: EventMap['sourceCalled'][0][] = []
  events.on('sourceCalled', (call) => calls.push(call))
  const client = createClient({ settingsOf: ({ id }) => known.get(id), limiter, ledger, events, clock })

  /** Makes one look-up while the handlers play its sources. */
  const lookUp = <T>(
    handlers: RequestHandler | readonly RequestHandler[],
    work: (ask: Ask) => Promise<T>,
    { signal = new AbortController().signal, asks = [], ...asker }: AskerChoices = {},
  ): Promise<T> =>
    server.boundary(async () => {
      server.use(record, ...[handlers].flat())
      const asking = client.open({ source, asks, signal, guard: tellAll, search: 'a', ...asker })
      try {
        return await work(asking.ask)
      } finally {
        await asking.end()
      }
    })()

  return {
    clock,
    limiter,
    /** What was sent. */
    requests,
    /** What the ledger has. */
    told,
    /** How its calls ended. */
    calls,
    lookUp,
    /** Makes a look-up of one call. */
    ask<T>(handler: RequestHandler, request: SourceRequest<T>, asker?: AskerChoices): Promise<T> {
      return lookUp(handler, (ask) => ask(request), asker)
    },
  }
}
