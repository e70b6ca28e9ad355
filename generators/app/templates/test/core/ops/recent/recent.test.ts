import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { createEvents, type Events } from '../../../../src/core/events.ts'
import { createRecent, type Recent } from '../../../../src/core/ops/recent.ts'
import type { Outcome } from '../../../../src/core/protocol/outcome.ts'
import { threat } from '../../search/fake-searcher.ts'
import { failed, found } from '../../search/outcomes.ts'

const MINUTE_MS = 60_000
const refused: Outcome = {
  lookUp: 'urlhaus',
  at: 0,
  freshUntil: 0,
  failure: { kind: 'key_refused', message: 'wrong key' },
}

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
      outcomes: [found('urlhaus', [])],
      ms: 5,
    })

  const finished = (outcome: Outcome, ms: number) => events.emit('lookUpFinished', { outcome, ms })

  it('counts what came of the look-ups of a source, with mean and slowest', () => {
    finished(found('urlhaus', [threat]), 100)
    now += MINUTE_MS
    finished(found('urlhaus', []), 200)
    finished(failed('urlhaus', 'no answer'), 600)
    const counts = { hit: 1, none: 1, failed: 1, meanMs: 300, slowestMs: 600 }
    const failures = [{ kind: 'unavailable', message: 'no answer', at: now }]
    assert.deepEqual(recent.lookUps().get('urlhaus'), { ...counts, lately: counts, failures })
  })

  it('tells the last five minutes from the hour', () => {
    finished(found('urlhaus', []), 100)
    now += 5 * MINUTE_MS
    finished(found('urlhaus', []), 300)
    const { none, meanMs, lately } = recent.lookUps().get('urlhaus')!
    assert.deepEqual([none, meanMs, lately.none, lately.meanMs], [2, 200, 1, 300])
  })

  it('keeps the last failure of each kind, the newest first', () => {
    finished(failed('urlhaus', 'one'), 1)
    now += 1
    finished(refused, 1)
    now += 1
    finished(failed('urlhaus', 'two'), 1)
    assert.deepEqual(
      recent
        .lookUps()
        .get('urlhaus')!
        .failures.map(({ kind, message }) => [kind, message]),
      [
        ['unavailable', 'two'],
        ['key_refused', 'wrong key'],
      ],
    )
  })

  it('knows since when a key is refused, until something else comes of it', () => {
    const since = now
    finished(refused, 1)
    now += MINUTE_MS
    finished(refused, 1)
    assert.equal(recent.lookUps().get('urlhaus')!.keyRefusedSince, since)
    finished(found('urlhaus', []), 1)
    assert.equal(recent.lookUps().get('urlhaus')!.keyRefusedSince, undefined)
  })

  it('knows since when the store is away', () => {
    const since = now
    for (const available of [false, false]) {
      events.emit('storeCalled', { operation: 'load', ms: 1, available })
      now += 1000
    }
    assert.equal(recent.storeAwaySince(), since)
    events.emit('storeCalled', { operation: 'load', ms: 1, available: true })
    assert.equal(recent.storeAwaySince(), undefined)
  })

  it('forgets what is older than an hour', () => {
    finished(failed('urlhaus', 'no answer'), 100)
    now += 59 * MINUTE_MS
    assert.equal(recent.lookUps().get('urlhaus')!.failed, 1)
    now += 2 * MINUTE_MS
    const counts = { hit: 0, none: 0, failed: 0, meanMs: 0, slowestMs: 0 }
    assert.deepEqual(recent.lookUps().get('urlhaus'), { ...counts, lately: counts, failures: [] })
  })

  it('keeps the newest twenty results', () => {
    for (let n = 1; n <= 30; n++) finish('net.ip', `192.0.2.${n}`)
    assert.deepEqual(
      recent.results().map(({ value }) => value),
      Array.from({ length: 20 }, (_, n) => `192.0.2.${30 - n}`),
    )
    assert.deepEqual(recent.results()[0]!.outcomes, ['urlhaus: none'])
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

  it('knows the sources that are left alone, and since when', () => {
    events.emit('breakerChanged', { source: 'moon', open: true })
    now += 1000
    events.emit('breakerChanged', { source: 'earth', open: true })
    assert.deepEqual(
      [...recent.openBreakers()],
      [
        ['moon', now - 1000],
        ['earth', now],
      ],
    )
    events.emit('breakerChanged', { source: 'moon', open: false })
    assert.deepEqual([...recent.openBreakers().keys()], ['earth'])
  })
})
