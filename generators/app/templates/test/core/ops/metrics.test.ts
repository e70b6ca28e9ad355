import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { createEvents, ENDPOINTS, type Events } from '../../../src/core/events.ts'
import { createMetrics, type Metrics, type Probes } from '../../../src/core/ops/metrics.ts'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'
import { threat } from '../search/fake-searcher.ts'
import { failed, found } from '../search/outcomes.ts'
import { sourceFacts } from './source-facts.ts'

const artifact = { type: 'net.uri', value: 'http://malware.example/' }

/** The series of errors that have not happened. */
const noErrors = (what: 'count' | 'sum') =>
  ENDPOINTS.map((endpoint) => `cts_http_request_duration_seconds_${what}{endpoint="${endpoint}",status="500"} 0`)

describe('the metrics', () => {
  let events: Events
  let metrics: Metrics
  let probes: Probes
  beforeEach(() => {
    events = createEvents()
    probes = {
      ready: async () => {},
      backlog: async () => ({ value: { load: { running: 2, waiting: 3, oldestSecs: 4.5 }, sources: [] }, at: 1000 }),
      now: () => 3500,
      lookUps: [],
      lists: () => [],
    }
    metrics = createMetrics(events, {
      ready: () => probes.ready(),
      backlog: () => probes.backlog(),
      now: () => probes.now(),
      lookUps: ['urlhaus'],
      lists: () => probes.lists!(),
    })
  })

  /** The lines of one metric. */
  const linesOf = async (name: string) =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))

  it('count requests by endpoint and status', async () => {
    events.emit('request', { endpoint: 'scan', status: 303, ms: 12 })
    events.emit('request', { endpoint: 'scan', status: 303, ms: 8 })
    assert.deepEqual(await linesOf('cts_http_request_duration_seconds_count'), [
      ...noErrors('count'),
      'cts_http_request_duration_seconds_count{endpoint="scan",status="303"} 2',
    ])
    assert.deepEqual(await linesOf('cts_http_request_duration_seconds_sum'), [
      ...noErrors('sum'),
      'cts_http_request_duration_seconds_sum{endpoint="scan",status="303"} 0.02',
    ])
  })

  it('are there from the start for what alerts are about, so that the first of it is an increase', async () => {
    assert.deepEqual(await linesOf('cts_http_request_duration_seconds_count'), noErrors('count'))
    const outcomes = await linesOf('cts_look_ups_total')
    assert.equal(outcomes.length, 12)
    for (const outcome of ['hit', 'none', 'key_refused', 'gave_up']) {
      assert.ok(outcomes.includes(`cts_look_ups_total{source="urlhaus",outcome="${outcome}"} 0`), outcome)
    }
    assert.deepEqual(await linesOf('cts_source_breaker_open'), ['cts_source_breaker_open{source="urlhaus"} 0'])
    assert.deepEqual(await linesOf('cts_malformed_artifacts_total'), ['cts_malformed_artifacts_total 0'])
  })

  it('count artifacts that are malformed once, however many sources are not asked', async () => {
    const kept = ['urlhaus', 'nvd'].map((lookUp) => ({ lookUp, title: lookUp, rule: 'malformed' }))
    events.emit('keptIn', { kept })
    events.emit('keptIn', { kept: [{ lookUp: 'nvd', title: 'NVD', rule: 'private' }] })
    assert.deepEqual(await linesOf('cts_malformed_artifacts_total'), ['cts_malformed_artifacts_total 1'])
  })

  it('count searches that are begun, taken over, put back and finished', async () => {
    events.emit('searchStarted', { id: 'a', type: 'net.uri', takenOver: false })
    events.emit('searchStarted', { id: 'b', type: 'net.uri', takenOver: true })
    events.emit('searchPutBack', { id: 'a' })
    events.emit('searchFinished', { id: 'b', artifact, outcomes: [], ms: 1500 })
    assert.deepEqual(await linesOf('cts_searches_started_total'), ['cts_searches_started_total 2'])
    assert.deepEqual(await linesOf('cts_searches_taken_over_total'), ['cts_searches_taken_over_total 1'])
    assert.deepEqual(await linesOf('cts_searches_put_back_total'), ['cts_searches_put_back_total 1'])
    assert.deepEqual(await linesOf('cts_search_duration_seconds_sum'), ['cts_search_duration_seconds_sum 1.5'])
  })

  it('tell how each local list does, and no more of one that was taken out', async () => {
    const status = { title: 'A', use: 'bad', leftOut: 0, badLineCount: 0, badLines: [] } as const
    probes.lists = () => [
      { ...status, list: 'bad/a.txt', entries: 3, ageSecs: 60, state: 'ok' },
      { ...status, list: 'bad/b.txt', entries: 0, state: 'broken' },
    ]
    const entries = ['cts_list_entries{list="bad/a.txt"} 3', 'cts_list_entries{list="bad/b.txt"} 0']
    assert.deepEqual(await linesOf('cts_list_entries'), entries)
    assert.deepEqual(await linesOf('cts_list_age_seconds'), ['cts_list_age_seconds{list="bad/a.txt"} 60'])
    assert.deepEqual(await linesOf('cts_list_ok'), [
      'cts_list_ok{list="bad/a.txt"} 1',
      'cts_list_ok{list="bad/b.txt"} 0',
    ])
    probes.lists = () => [{ ...status, list: 'bad/a.txt', entries: 3, ageSecs: 90_000, state: 'too old' }]
    assert.deepEqual(await linesOf('cts_list_entries'), entries.slice(0, 1))
    assert.deepEqual(await linesOf('cts_list_ok'), ['cts_list_ok{list="bad/a.txt"} 0'])
  })

  it('count what came of look-ups, failures by kind', async () => {
    events.emit('lookUpFinished', { outcome: found('urlhaus', [threat]), ms: 250 })
    events.emit('lookUpFinished', { outcome: found('urlhaus', [threat]), ms: 750 })
    events.emit('lookUpFinished', { outcome: found('nvd', []), ms: 1 })
    events.emit('lookUpFinished', { outcome: failed('urlscan', 'away'), ms: 1 })
    const counted = (await linesOf('cts_look_ups_total')).filter((line) => !line.endsWith(' 0'))
    assert.deepEqual(counted, [
      'cts_look_ups_total{source="urlhaus",outcome="hit"} 2',
      'cts_look_ups_total{source="nvd",outcome="none"} 1',
      'cts_look_ups_total{source="urlscan",outcome="unavailable"} 1',
    ])
    const [seconds] = await linesOf('cts_look_up_duration_seconds_sum')
    assert.equal(seconds, 'cts_look_up_duration_seconds_sum{source="urlhaus"} 1')
  })

  it('do not count again what is still fresh of an earlier search', async () => {
    events.emit('searchFinished', { id: 'a', artifact, outcomes: [found('urlhaus', [threat])], ms: 1 })
    assert.ok((await linesOf('cts_look_ups_total')).every((line) => line.endsWith(' 0')))
  })

  it('tell of sources: calls by status, and breakers', async () => {
    events.emit('sourceCalled', { source: 'moon', status: 429, ms: 100 })
    events.emit('sourceCalled', { source: 'moon', status: 'timeout', ms: 30_000 })
    events.emit('breakerChanged', { source: 'moon', open: true })
    assert.deepEqual(await linesOf('cts_source_call_duration_seconds_count'), [
      'cts_source_call_duration_seconds_count{source="moon",status="429"} 1',
      'cts_source_call_duration_seconds_count{source="moon",status="timeout"} 1',
    ])
    assert.equal((await linesOf('cts_source_breaker_open'))[1], 'cts_source_breaker_open{source="moon"} 1')
    events.emit('breakerChanged', { source: 'moon', open: false })
    assert.equal((await linesOf('cts_source_breaker_open'))[1], 'cts_source_breaker_open{source="moon"} 0')
  })

  it('count what was kept in and what was told', async () => {
    const kept = [
      { lookUp: 'moon', title: 'Moon', rule: 'own' },
      { lookUp: 'sun', title: 'Sun', rule: 'private' },
    ]
    events.emit('keptIn', { kept })
    events.emit('keptIn', { kept: kept.slice(1) })
    for (const reach of ['query', 'query', 'submit'] as const) events.emit('told', { source: 'moon', reach })
    assert.deepEqual(await linesOf('cts_kept_in_total'), [
      'cts_kept_in_total{source="moon",rule="own"} 1',
      'cts_kept_in_total{source="sun",rule="private"} 2',
    ])
    assert.deepEqual(await linesOf('cts_egress_calls_total'), [
      'cts_egress_calls_total{source="moon",reach="query"} 2',
      'cts_egress_calls_total{source="moon",reach="submit"} 1',
    ])
  })

  it('look up when each source may be asked again, who waits for it, and its windows', async () => {
    const windows = [{ calls: 500, ms: 86_400_000, used: 450 }]
    const sources = [
      sourceFacts({
        turns: { windows, nextAt: 61_000, isTold: true, now: 0 },
        waiting: { lookUp: 'moon', count: 12, since: -30_000 },
      }),
      sourceFacts({ id: 'sun', types: [], turns: undefined, waiting: undefined }),
    ]
    probes.backlog = async () => ({ value: { load: undefined, sources }, at: 0 })
    const lines = async (name: string) => (await linesOf(`cts_source_${name}`)).map((line) => line.slice(11))
    assert.deepEqual(await lines('turn_in_seconds'), [
      'turn_in_seconds{source="moon"} 61',
      'turn_in_seconds{source="sun"} Nan',
    ])
    assert.deepEqual(await lines('waiting_searches'), ['waiting_searches{source="moon"} 12'])
    assert.deepEqual(await lines('holds_up'), ['holds_up{source="moon"} 1', 'holds_up{source="sun"} 0'])
    assert.deepEqual(await lines('window_used_ratio'), ['window_used_ratio{source="moon",window="1d"} 0.9'])
  })

  it('look up what there is to do, and say how old that is', async () => {
    const text = await metrics.text()
    for (const line of [
      'cts_ready 1',
      'cts_searches_running 2',
      'cts_searches_waiting 3',
      'cts_oldest_search_age_seconds 4.5',
      'cts_backlog_known_age_seconds 2.5',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), line)
    }
  })

  it('are there while the store is away, which they say', async () => {
    const away = () => Promise.reject(new StoreUnavailableError('away'))
    const unknown = { load: undefined, sources: [sourceFacts({ turns: undefined, waiting: undefined })] }
    probes = { ...probes, ready: away, backlog: async () => ({ value: unknown, at: 0 }) }
    events.emit('storeCalled', { operation: 'enter', available: false, ms: 4000 })
    const text = await metrics.text()
    for (const line of [
      'cts_ready 0',
      'cts_searches_waiting Nan',
      'cts_source_waiting_searches{source="moon"} Nan',
      'cts_store_operation_duration_seconds_count{operation="enter",available="false"} 1',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), line)
    }
  })

  it('have those of Node itself', async () => {
    assert.match(await metrics.text(), /^process_resident_memory_bytes \d+$/m)
  })
})
