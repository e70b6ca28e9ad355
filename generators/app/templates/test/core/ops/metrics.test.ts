import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { createEvents, type Events } from '../../../src/core/events.ts'
import { createMetrics, type Metrics, type Probes } from '../../../src/core/ops/metrics.ts'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'
import { threat } from '../search/fake-searcher.ts'

const artifact = { type: 'net.uri', value: 'http://malware.example/' }
const failure = { kind: 'key_refused' as const, message: 'refused' }

describe('the metrics', () => {
  let events: Events
  let metrics: Metrics
  let probes: Probes
  beforeEach(() => {
    events = createEvents()
    probes = {
      ready: async () => {},
      load: async () => ({ running: 2, waiting: 3, oldestSecs: 4.5 }),
    }
    metrics = createMetrics(events, { ready: () => probes.ready(), load: () => probes.load() })
  })

  /** The lines of one metric. */
  const linesOf = async (name: string) =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))

  it('count requests by endpoint and status', async () => {
    events.emit('request', { endpoint: 'scan', status: 303, ms: 12 })
    events.emit('request', { endpoint: 'scan', status: 303, ms: 8 })
    assert.deepEqual(await linesOf('cts_http_request_duration_seconds_count'), [
      'cts_http_request_duration_seconds_count{endpoint="scan",status="303"} 2',
    ])
    assert.deepEqual(await linesOf('cts_http_request_duration_seconds_sum'), [
      'cts_http_request_duration_seconds_sum{endpoint="scan",status="303"} 0.02',
    ])
  })

  it('count searches that are begun, taken over, put back and finished', async () => {
    events.emit('searchStarted', { id: 'a', type: 'net.uri', attempts: 1 })
    events.emit('searchStarted', { id: 'b', type: 'net.uri', attempts: 2 })
    events.emit('searchPutBack', { id: 'a', afterSecs: 5 })
    events.emit('searchFinished', { id: 'b', artifact, outcomes: [], ms: 1500 })
    assert.deepEqual(await linesOf('cts_searches_started_total'), ['cts_searches_started_total 2'])
    assert.deepEqual(await linesOf('cts_searches_taken_over_total'), ['cts_searches_taken_over_total 1'])
    assert.deepEqual(await linesOf('cts_searches_put_back_total'), ['cts_searches_put_back_total 1'])
    assert.deepEqual(await linesOf('cts_search_duration_seconds_sum'), ['cts_search_duration_seconds_sum 1.5'])
  })

  it('count the outcomes of searchers, failures by kind', async () => {
    const outcomes = [
      { searcher: 'url', hits: [threat] },
      { searcher: 'domain', hits: [] },
      { searcher: 'ip', failure },
    ]
    events.emit('searchFinished', { id: 'a', artifact, outcomes, ms: 1 })
    events.emit('searcherFinished', { searcher: 'url', outcome: outcomes[0]!, ms: 250 })
    assert.deepEqual(await linesOf('cts_searcher_outcomes_total'), [
      'cts_searcher_outcomes_total{searcher="url",outcome="hit"} 1',
      'cts_searcher_outcomes_total{searcher="domain",outcome="none"} 1',
      'cts_searcher_outcomes_total{searcher="ip",outcome="key_refused"} 1',
    ])
    assert.deepEqual(await linesOf('cts_searcher_duration_seconds_sum'), [
      'cts_searcher_duration_seconds_sum{searcher="url"} 0.25',
    ])
  })

  it('tell of sources: calls by status, waits for a turn, and breakers', async () => {
    events.emit('sourceCalled', { source: 'moon', status: 429, ms: 100 })
    events.emit('sourceCalled', { source: 'moon', status: 'timeout', ms: 30_000 })
    events.emit('turnAwaited', { source: 'moon', ms: 2500 })
    events.emit('breakerChanged', { source: 'moon', open: true })
    assert.deepEqual(await linesOf('cts_source_call_duration_seconds_count'), [
      'cts_source_call_duration_seconds_count{source="moon",status="429"} 1',
      'cts_source_call_duration_seconds_count{source="moon",status="timeout"} 1',
    ])
    assert.deepEqual(await linesOf('cts_source_turn_wait_seconds_total'), [
      'cts_source_turn_wait_seconds_total{source="moon"} 2.5',
    ])
    assert.deepEqual(await linesOf('cts_source_breaker_open'), ['cts_source_breaker_open{source="moon"} 1'])
    events.emit('breakerChanged', { source: 'moon', open: false })
    assert.deepEqual(await linesOf('cts_source_breaker_open'), ['cts_source_breaker_open{source="moon"} 0'])
  })

  it('look up what there is to do', async () => {
    const text = await metrics.text()
    for (const line of [
      'cts_ready 1',
      'cts_searches_running 2',
      'cts_searches_waiting 3',
      'cts_oldest_search_age_seconds 4.5',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), line)
    }
  })

  it('are there while the store is away, which they say', async () => {
    const away = () => Promise.reject(new StoreUnavailableError('away'))
    probes = { ready: away, load: away }
    events.emit('storeCalled', { operation: 'enter', available: false, ms: 4000 })
    const text = await metrics.text()
    for (const line of [
      'cts_ready 0',
      'cts_searches_waiting Nan',
      'cts_store_operation_duration_seconds_count{operation="enter",available="false"} 1',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), line)
    }
  })

  it('have those of Node itself', async () => {
    assert.match(await metrics.text(), /^process_resident_memory_bytes \d+$/m)
  })
})
