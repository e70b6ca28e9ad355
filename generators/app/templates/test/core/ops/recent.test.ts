import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { createEvents, type Events } from '../../../src/core/events.ts'
import { createRecent, type Recent } from '../../../src/core/ops/recent.ts'
import { threat } from '../search/fake-searcher.ts'

const MINUTE_MS = 60_000
const failure = { kind: 'timeout' as const, message: 'no answer' }

describe('what happened lately', () => {
  let now: number
  let events: Events
  let recent: Recent
  beforeEach(() => {
    now = Date.UTC(2026, 0, 1)
    events = createEvents()
    recent = createRecent(events, () => now)
  })
  const finish = (type: string, value: unknown) =>
    events.emit('searchFinished', {
      id: 'a',
      artifact: { type, value },
      outcomes: [{ searcher: 'url', hits: [] }],
      ms: 5,
    })

  it('counts the outcomes of a searcher, with mean and slowest', () => {
    events.emit('searcherFinished', { searcher: 'url', outcome: { searcher: 'url', hits: [threat] }, ms: 100 })
    now += MINUTE_MS
    events.emit('searcherFinished', { searcher: 'url', outcome: { searcher: 'url', hits: [] }, ms: 200 })
    events.emit('searcherFinished', { searcher: 'url', outcome: { searcher: 'url', failure }, ms: 600 })
    assert.deepEqual(recent.searchers().get('url'), {
      hit: 1,
      none: 1,
      failed: 1,
      meanMs: 300,
      slowestMs: 600,
      lastFailure: { ...failure, at: now },
    })
  })

  it('forgets what is older than an hour', () => {
    events.emit('searcherFinished', { searcher: 'url', outcome: { searcher: 'url', failure }, ms: 100 })
    now += 59 * MINUTE_MS
    assert.equal(recent.searchers().get('url')!.failed, 1)
    now += 2 * MINUTE_MS
    assert.deepEqual(recent.searchers().get('url'), {
      hit: 0,
      none: 0,
      failed: 0,
      meanMs: 0,
      slowestMs: 0,
      lastFailure: undefined,
    })
  })

  it('keeps the newest twenty results', () => {
    for (let n = 1; n <= 30; n++) finish('net.ip', `192.0.2.${n}`)
    assert.deepEqual(
      recent.results().map(({ value }) => value),
      Array.from({ length: 20 }, (_, n) => `192.0.2.${30 - n}`),
    )
    assert.deepEqual(recent.results()[0]!.outcomes, ['url: none'])
  })

  for (const [type, value, shown] of [
    ['system.user.password', 'hunter2', undefined],
    ['net.uri', 'https://user:hunter2@malware.example/a?key=hunter2#hunter2', 'https://malware.example/a?…'],
    ['net.uri', `http://malware.example/${'a'.repeat(200)}`, `http://malware.example/${'a'.repeat(77)}…`],
    ['net.port', 4444, '4444'],
  ] as const) {
    it(`shows ${shown} of a ${type} ${String(value).slice(0, 60)}`, () => {
      finish(type, value)
      assert.equal(recent.results()[0]!.value, shown)
    })
  }

  it('knows the sources that are left alone', () => {
    events.emit('breakerChanged', { source: 'moon', open: true })
    events.emit('breakerChanged', { source: 'earth', open: true })
    assert.deepEqual(recent.openBreakers(), ['earth', 'moon'])
    events.emit('breakerChanged', { source: 'moon', open: false })
    assert.deepEqual(recent.openBreakers(), ['earth'])
  })
})
