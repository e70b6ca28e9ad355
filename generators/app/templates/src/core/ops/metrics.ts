import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Events } from '../events.ts'
import { outcomeName } from '../protocol/outcome.ts'
import type { Load } from '../store/store.ts'

/** For what takes milliseconds: requests, and the store. In seconds. */
const SHORT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** For what takes seconds: sources and searchers. In seconds. */
const LONG_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
/** For searches, which may wait for a quota. In seconds. */
const SEARCH_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 21_600]

/** What is looked up when the metrics are read. */
export interface Probes {
  /** Resolves when the service is ready. */
  ready(): Promise<void>
  /** What there is to do, for all replicas. */
  load(): Promise<Load>
}

/** The service in numbers. */
export interface Metrics {
  contentType: string
  /** All of them, as Prometheus reads them. */
  text(): Promise<string>
}

/** What happens in this process, in numbers for Prometheus. Names and units follow its conventions. */
export function createMetrics(events: Events, { ready, load }: Probes): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const histogram = (name: string, help: string, buckets: number[], labelNames: string[] = []) =>
    new Histogram({ name, help, labelNames, buckets, registers })

  const requests = histogram(
    'cts_http_request_duration_seconds',
    'Time to answer a request, by endpoint and status.',
    SHORT_BUCKETS,
    ['endpoint', 'status'],
  )
  const started = counter('cts_searches_started_total', 'Searches that this replica has begun to run.')
  const takenOver = counter(
    'cts_searches_taken_over_total',
    'Those of them that a replica had begun before which crashed or lost its lease.',
  )
  const putBack = counter('cts_searches_put_back_total', 'Searches that went back to the store to wait for a source.')
  const finished = histogram(
    'cts_search_duration_seconds',
    'Time from the request that handed a search in to its result.',
    SEARCH_BUCKETS,
  )
  const outcomes = counter(
    'cts_searcher_outcomes_total',
    'What came of each searcher in finished searches: hit, none, or the kind of its failure.',
    ['searcher', 'outcome'],
  )
  const searchers = histogram('cts_searcher_duration_seconds', 'Time that a searcher took.', LONG_BUCKETS, ['searcher'])
  const calls = histogram(
    'cts_source_call_duration_seconds',
    'Time of a call to a source, by HTTP status, or "timeout" or "unavailable".',
    LONG_BUCKETS,
    ['source', 'status'],
  )
  const turns = counter(
    'cts_source_turn_wait_seconds_total',
    "Time that calls have waited for their turn, by the source's rate limit.",
    ['source'],
  )
  const breakers = gauge(
    'cts_source_breaker_open',
    'Whether calls to a source are held off because it has failed many times in a row.',
    ['source'],
  )
  const store = histogram(
    'cts_store_operation_duration_seconds',
    'Time of an operation of the store, by whether the store was available.',
    SHORT_BUCKETS,
    ['operation', 'available'],
  )
  const isReady = gauge('cts_ready', 'Whether this replica is ready: the store answers, and it is not stopping.')
  const running = gauge('cts_searches_running', 'Searches that a replica runs, for all replicas.')
  const waiting = gauge('cts_searches_waiting', 'Searches that wait in the store, for all replicas.')
  const oldest = gauge('cts_oldest_search_age_seconds', 'Age of the oldest search that has no result yet.')

  events.on('request', ({ endpoint, status, ms }) => requests.observe({ endpoint, status }, secs(ms)))
  events.on('searchStarted', ({ attempts }) => {
    started.inc()
    if (attempts > 1) takenOver.inc()
  })
  events.on('searchPutBack', () => putBack.inc())
  events.on('searchFinished', ({ outcomes: found, ms }) => {
    finished.observe(secs(ms))
    for (const one of found) outcomes.inc({ searcher: one.searcher, outcome: outcomeName(one) })
  })
  events.on('searcherFinished', ({ searcher, ms }) => searchers.observe({ searcher }, secs(ms)))
  events.on('sourceCalled', ({ source, status, ms }) => calls.observe({ source, status }, secs(ms)))
  events.on('turnAwaited', ({ source, ms }) => turns.inc({ source }, secs(ms)))
  events.on('breakerChanged', ({ source, open }) => breakers.set({ source }, open ? 1 : 0))
  events.on('storeCalled', ({ operation, available, ms }) =>
    store.observe({ operation, available: String(available) }, secs(ms)),
  )

  return {
    contentType: registry.contentType,
    async text() {
      const [, now] = await Promise.allSettled([
        ready().then(
          () => isReady.set(1),
          () => isReady.set(0),
        ),
        load(),
      ])
      // without a store nobody knows
      const known = now.status === 'fulfilled' ? now.value : { running: NaN, waiting: NaN, oldestSecs: NaN }
      running.set(known.running)
      waiting.set(known.waiting)
      oldest.set(known.oldestSecs)
      return registry.metrics()
    },
  }
}

function secs(ms: number): number {
  return ms / 1000
}
