import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import { createMemoryTurns } from '../../../src/core/store/memory/turns.ts'
import { parseRetryAfter } from '../../../src/core/client/retry-after.ts'
import { createMoonClient, full, moonAnswers } from './ask-moon.ts'
import { createFakeClock } from './fake-clock.ts'
import { createLatch } from './latch.ts'
import { lookup, moon } from './moon.ts'

const refusing = (retryAfter?: string, status = 429) => {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  return () => HttpResponse.json({}, { status, headers })
}

describe('a source that takes no more calls for a while', () => {
  it('is waited for when it is short', async () => {
    const { ask, clock, requests } = createMoonClient()
    assert.deepEqual(await ask(moonAnswers(refusing('2'), refusing('1'), full), lookup), { phase: 'full' })
    assert.deepEqual([requests.length, clock.waits], [3, [2000, 1000]])
  })

  it('is waited for a second at least, also if it says "now"', async () => {
    const { ask, clock } = createMoonClient()
    await ask(moonAnswers(refusing('0'), full), lookup)
    assert.deepEqual(clock.waits, [1000])
  })

  it('sends the search back when the waits become long in all', async () => {
    const { ask, clock, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('2')), lookup), { name: 'RetryLater', afterSecs: 2 })
    assert.deepEqual([requests.length, clock.waits], [3, [2000, 2000]])
  })

  it('gets a POST again that may not be repeated: it has not done anything', async () => {
    const { ask, requests } = createMoonClient()
    await ask(moonAnswers(refusing('1'), full), { ...lookup, json: {} })
    assert.equal(requests.length, 2)
  })

  it('is asked by no other search meanwhile', async () => {
    const { ask, clock, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('600')), lookup), { afterSecs: 600 })
    clock.advance(100_000)
    await assert.rejects(ask(moonAnswers(full), lookup), { name: 'RetryLater', afterSecs: 500 })
    assert.equal(requests.length, 1)
    clock.advance(500_000)
    assert.deepEqual(await ask(moonAnswers(full), lookup), { phase: 'full' })
  })

  it('is asked by no other replica meanwhile', async () => {
    const clock = createFakeClock()
    const turns = createMemoryTurns(clock.now)
    const [one, other] = [createMoonClient({ clock, turns }), createMoonClient({ clock, turns })]
    await assert.rejects(one.ask(moonAnswers(refusing('600')), lookup), { afterSecs: 600 })
    await assert.rejects(other.ask(moonAnswers(full), lookup), { name: 'RetryLater', afterSecs: 600 })
    assert.equal(other.requests.length, 0)
  })

  it('may be asked with another key', async () => {
    const clock = createFakeClock()
    const turns = createMemoryTurns(clock.now)
    const one = createMoonClient({ clock, turns })
    const other = createMoonClient({ clock, turns, settings: { key: 'another' } })
    await assert.rejects(one.ask(moonAnswers(refusing('600')), lookup), { afterSecs: 600 })
    assert.deepEqual(await other.ask(moonAnswers(full), lookup), { phase: 'full' })
  })

  it('is afterwards asked by one search at a time', async () => {
    const { ask, clock, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('600')), lookup), { afterSecs: 600 })
    clock.advance(600_000)
    const [asked, answer] = [createLatch(), createLatch<Response>()]
    const slow = () => {
      asked.open()
      return answer.promise
    }
    const first = ask(moonAnswers(slow), lookup)
    await asked.promise
    await assert.rejects(ask(moonAnswers(full), lookup), { name: 'RetryLater' })
    assert.equal(requests.length, 2)
    answer.open(full())
    assert.deepEqual(await first, { phase: 'full' })
    assert.deepEqual(await ask(moonAnswers(full), lookup), { phase: 'full' })
  })

  it('is a failure when it is away for longer than an hour, and is not asked before', async () => {
    const { ask, clock, requests } = createMoonClient()
    const failure = (duration: string) => ({
      name: 'SourceError',
      kind: 'rate_limited',
      message: `Moon takes no more calls for now: the next is possible in about ${duration}`,
    })
    await assert.rejects(ask(moonAnswers(refusing('18000')), lookup), failure('5 h'))
    clock.advance(12_600_000)
    await assert.rejects(ask(moonAnswers(full), lookup), failure('90 min'))
    assert.equal(requests.length, 1)
  })

  it('is left alone for a day at most, whatever it says', async () => {
    const { ask, clock } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('9999999999')), lookup), { kind: 'rate_limited' })
    clock.advance(86_400_000)
    assert.deepEqual(await ask(moonAnswers(full), lookup), { phase: 'full' })
  })

  it('is a failure once a search has waited for an hour in all', async () => {
    const { ask, clock } = createMoonClient()
    const again = () => ask(moonAnswers(refusing('1500')), lookup, { id: 'patient' })
    for (const _ of [1, 2]) {
      await assert.rejects(again(), { name: 'RetryLater', afterSecs: 1500 })
      clock.advance(1_500_000)
    }
    await assert.rejects(again(), { kind: 'rate_limited' })
  })

  it('is left alone too when it is out of order and says for how long', async () => {
    const { ask, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('300', 503)), lookup), { name: 'RetryLater', afterSecs: 300 })
    assert.equal(requests.length, 1)
  })

  it('is a failure when it is out of order again and again, each time for a short while', async () => {
    const { ask, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('2', 503)), lookup), {
      kind: 'unavailable',
      message: 'Moon is out of order (503)',
    })
    assert.equal(requests.length, 3)
  })

  it('is left alone for a minute when what it says makes no sense', async () => {
    const source = { ...moon, retryAfterSecs: () => Number('soon') }
    await assert.rejects(createMoonClient({ source }).ask(moonAnswers(refusing()), lookup), { afterSecs: 60 })
  })

  it('may say so in a way of its own', async () => {
    const source = {
      ...moon,
      meaningOf: ({ status }: { status: number }) => (status === 420 ? ('rate_limited' as const) : undefined),
      retryAfterSecs: ({ headers }: { headers: Headers }) => Number(headers.get('x-wait')),
    }
    const { ask } = createMoonClient({ source })
    const calm = () => HttpResponse.json({}, { status: 420, headers: { 'x-wait': '30' } })
    await assert.rejects(ask(moonAnswers(calm), lookup), { name: 'RetryLater', afterSecs: 30 })
  })
})

describe('Retry-After', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  const cases: [header: string | null, secs: number | undefined][] = [
    ['120', 120],
    [' 1.5 ', 1.5],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    [null, undefined],
    ['', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['5 s', undefined],
    ['2026-01-01T00:02:00Z', undefined],
    ['not a date GMT', undefined],
  ]
  for (const [header, secs] of cases) {
    it(`of ${header === null ? 'nothing' : `"${header}"`} is ${secs === undefined ? 'none' : `${secs} s`}`, () => {
      assert.equal(parseRetryAfter(header, now), secs)
    })
  }
})
