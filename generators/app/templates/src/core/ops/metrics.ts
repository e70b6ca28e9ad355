import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { ENDPOINTS, type Events } from '../events.ts'
import type { ListStatus } from '../lists/list.ts'
import { FAILURE_KINDS, outcomeName } from '../protocol/outcome.ts'
import type { Known } from './cached.ts'
import { createSourceGauges } from './source-gauges.ts'
import type { Backlog } from './sources/source-facts.ts'

/** For what takes milliseconds: requests, and the store. In seconds. */
const SHORT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** For what takes seconds: calls and look-ups. In seconds. */
const LONG_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
/** For searches, which may wait for a quota. In seconds. */
const SEARCH_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 21_600]

/** What is looked up when the metrics are read. */
export interface Probes {
  /** Resolves when the service is ready. */
  ready(): Promise<void>
  /** What there is to do, for all replicas. */
  backlog(): Promise<Known<Backlog>>
  /** In milliseconds since 1970. */
  now(): number
  /** The ids of the look-ups: their series are there from the start, so that the first failure is an increase. */
  lookUps: readonly string[]
  /** How each local list does. */
  lists?(): ListStatus[]
}

/** The service in numbers. */
export interface Metrics {
  contentType: string
  /** All of them, as Prometheus reads them. */
  text(): Promise<string>
}

/** What happens in this process, in numbers for Prometheus. Names and units follow its conventions. */
export function createMetrics(events: Events, probes: Probes): Metrics {
  const { ready, backlog, now, lookUps: ids, lists = () => [] } = probes
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
  const outcomes = counter('cts_look_ups_total', 'What came of look-ups: hit, none, or the kind of the failure.', [
    'source',
    'outcome',
  ])
  const lookUps = histogram('cts_look_up_duration_seconds', 'Time that a look-up took.', LONG_BUCKETS, ['source'])
  const calls = histogram(
    'cts_source_call_duration_seconds',
    'Time of a call to a source, by HTTP status, or "timeout" or "unavailable".',
    LONG_BUCKETS,
    ['source', 'status'],
  )
  const sourceGauges = createSourceGauges(gauge)
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
  const keptIn = counter(
    'cts_kept_in_total',
    'Times that a source was not asked, by the rule that kept the value in.',
    ['source', 'rule'],
  )
  const told = counter(
    'cts_egress_calls_total',
    'Calls that told a source outside something, as the ledger has them.',
    ['source', 'reach'],
  )
  const entries = gauge('cts_list_entries', 'Entries of a local list.', ['list'])
  const age = gauge('cts_list_age_seconds', 'Time since a local list was written, or last fetched.', ['list'])
  const isOk = gauge('cts_list_ok', 'Whether a local list is as its file is, and not too old.', ['list'])
  const malformed = counter(
    'cts_malformed_artifacts_total',
    'Artifacts that are not what their type says, so that no public source is asked of them.',
  )
  const isReady = gauge('cts_ready', 'Whether this replica is ready: the store answers, and it is not stopping.')
  const running = gauge('cts_searches_running', 'Searches that a replica runs, for all replicas.')
  const waiting = gauge('cts_searches_waiting', 'Searches that wait in the store, for all replicas.')
  const oldest = gauge('cts_oldest_search_age_seconds', 'Age of the oldest search that has no result yet.')
  const knownFor = gauge(
    'cts_backlog_known_age_seconds',
    'How long ago the store said what waits, and for which source.',
  )

  for (const endpoint of ENDPOINTS) requests.zero({ endpoint, status: '500' })
  for (const source of ids) {
    for (const outcome of ['hit', 'none', ...FAILURE_KINDS]) outcomes.inc({ source, outcome }, 0)
    breakers.set({ source }, 0)
  }

  events.on('request', ({ endpoint, status, ms }) => requests.observe({ endpoint, status }, secs(ms)))
  events.on('searchStarted', ({ takenOver: isTakenOver }) => {
    started.inc()
    if (isTakenOver) takenOver.inc()
  })
  events.on('searchPutBack', () => putBack.inc())
  events.on('searchFinished', ({ ms }) => finished.observe(secs(ms)))
  events.on('lookUpFinished', ({ outcome, ms }) => {
    outcomes.inc({ source: outcome.lookUp, outcome: outcomeName(outcome) })
    lookUps.observe({ source: outcome.lookUp }, secs(ms))
  })
  events.on('sourceCalled', ({ source, status, ms }) => calls.observe({ source, status }, secs(ms)))
  events.on('keptIn', ({ kept }) => {
    if (kept.some(({ rule }) => rule === 'malformed')) malformed.inc()
  })
  events.on('breakerChanged', ({ source, open }) => breakers.set({ source }, open ? 1 : 0))
  events.on('storeCalled', ({ operation, available, ms }) =>
    store.observe({ operation, available: String(available) }, secs(ms)),
  )
  events.on('keptIn', ({ kept }) => {
    for (const { lookUp, rule } of kept) keptIn.inc({ source: lookUp, rule })
  })
  events.on('told', ({ source, reach }) => told.inc({ source, reach }))

  return {
    contentType: registry.contentType,
    async text() {
      const [, known] = await Promise.allSettled([
        ready().then(
          () => isReady.set(1),
          () => isReady.set(0),
        ),
        backlog(),
      ])
      // one that was taken out is no longer told of
      for (const one of [entries, age, isOk]) one.reset()
      for (const { list, entries: count, ageSecs, state } of lists()) {
        entries.set({ list }, count)
        if (ageSecs !== undefined) age.set({ list }, ageSecs)
        isOk.set({ list }, state === 'ok' ? 1 : 0)
      }
      // without a store nobody knows
      const { value, at } = known.status === 'fulfilled' ? known.value : { value: undefined, at: now() }
      sourceGauges.set(value?.sources ?? [])
      running.set(value?.load?.running ?? NaN)
      waiting.set(value?.load?.waiting ?? NaN)
      oldest.set(value?.load?.oldestSecs ?? NaN)
      knownFor.set(secs(now() - at))
      return registry.metrics()
    },
  }
}

function secs(ms: number): number {
  return ms / 1000
}
