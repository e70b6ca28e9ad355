import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseRetryAfter } from '../../../src/core/client/answer.ts'
import { defineSource } from '../../../src/core/client/source.ts'
import { createMemoryRates } from '../../../src/core/store/memory/store.ts'
import { answersOf, createMoonClient, full, moonAnswers, status } from './ask-moon.ts'
import { createFakeClock } from './fake-clock.ts'
import { createLatch } from './latch.ts'
import { lookup, moon } from './moon.ts'

const refusing = (retryAfter: string, code = 429) => status(code, { 'retry-after': retryAfter })
const later = (afterSecs: number) => ({ name: 'RetryLater', afterSecs })
const noMoreCalls = (title: string, time: string) => ({
  name: 'SourceError',
  kind: 'rate_limited',
  message: `${title} takes no more calls for now: the next is possible in about ${time}`,
})
const sun = defineSource({ id: 'sun', title: 'Sun', url: 'https://sun.example', lookUp: {} })

describe('a source that takes no more calls for a while', () => {
  for (const [secs, text] of [
    [600, '600'],
    [2, '2'],
    [1, '0'],
    [18_000, '18000'],
    [86_400, '9999999999'],
  ] as const) {
    it(`has the look-up made again in ${secs} s when it says "${text}", and is not asked before`, async () => {
      const { ask, clock, requests, limiter } = createMoonClient()
      await assert.rejects(ask(moonAnswers(refusing(text)), lookup), later(secs))
      assert.deepEqual([requests.length, clock.waits], [1, []])
      assert.equal(limiter.waitMs([{ name: 'moon', windows: [] }]), secs * 1000)
    })
  }

  it('is left alone for a minute when it does not say for how long, or what it says makes no sense', async () => {
    await assert.rejects(createMoonClient().ask(moonAnswers(status(429)), lookup), later(60))
    const source = { ...moon, retryAfterSecs: () => Number('soon') }
    await assert.rejects(createMoonClient({ source }).ask(moonAnswers(status(429)), lookup), later(60))
  })

  it('may say so in a way of its own', async () => {
    const source = {
      ...moon,
      meaningOf: ({ status: code }: { status: number }) => (code === 420 ? ('rate_limited' as const) : undefined),
      retryAfterSecs: ({ headers }: { headers: Headers }) => Number(headers.get('x-wait')),
    }
    const { ask } = createMoonClient({ source })
    await assert.rejects(ask(moonAnswers(status(420, { 'x-wait': '30' })), lookup), later(30))
  })

  it('has a POST made again that may not be repeated: it has not done anything', async () => {
    const { ask } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('1')), { ...lookup, json: {} }), later(1))
  })

  it('is asked by no other look-up meanwhile: a call that waits for its turn fails', async () => {
    const { ask, clock, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('600')), lookup), later(600))
    clock.advance(100_000)
    await assert.rejects(ask(moonAnswers(full), lookup), noMoreCalls('Moon', '9 min'))
    assert.equal(requests.length, 1)
    clock.advance(500_000)
    assert.deepEqual(await ask(moonAnswers(full), lookup), { phase: 'full' })
  })

  it('is asked by no other replica meanwhile', async () => {
    const clock = createFakeClock()
    const rates = createMemoryRates(clock.now)
    const [one, other] = [createMoonClient({ clock, rates }), createMoonClient({ clock, rates })]
    await assert.rejects(one.ask(moonAnswers(refusing('600')), lookup), later(600))
    await assert.rejects(other.ask(moonAnswers(full), lookup), noMoreCalls('Moon', '10 min'))
    assert.equal(other.requests.length, 0)
  })

  it('is afterwards asked by one look-up at a time', async () => {
    const { ask, clock, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('600')), lookup), later(600))
    clock.advance(600_000)
    const [asked, answer] = [createLatch(), createLatch<Response>()]
    const slow = () => {
      asked.open()
      return answer.promise
    }
    const first = ask(moonAnswers(slow), lookup)
    await asked.promise
    await assert.rejects(ask(moonAnswers(full), lookup), { kind: 'rate_limited' })
    assert.equal(requests.length, 2)
    answer.open(full())
    assert.deepEqual(await first, { phase: 'full' })
    assert.deepEqual(await ask(moonAnswers(full), lookup), { phase: 'full' })
  })

  for (const [what, failing] of [
    ['is out of order', status(500)],
    ['is out of reach', () => Response.error()],
  ] as const) {
    it(`is tried again at once by the one that is alone when it ${what}`, async () => {
      const { ask, clock, requests } = createMoonClient()
      await assert.rejects(ask(moonAnswers(refusing('600')), lookup), later(600))
      clock.advance(600_000)
      assert.deepEqual(await ask(moonAnswers(failing, full), lookup), { phase: 'full' })
      assert.deepEqual([requests.length, clock.waits], [3, [375]])
    })
  }

  it('is asked by the next when the one that is alone fails', async () => {
    const { ask, clock } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('600')), lookup), later(600))
    clock.advance(600_000)
    await assert.rejects(ask(moonAnswers(status(404)), lookup), { kind: 'unexpected_answer' })
    assert.deepEqual(await ask(moonAnswers(full), lookup), { phase: 'full' })
    assert.deepEqual(clock.waits, [])
  })

  it('is a failure of a look-up that it has answered before: nothing is asked for twice', async () => {
    const { lookUp, requests } = createMoonClient()
    await assert.rejects(
      lookUp(moonAnswers(full, refusing('2')), async (ask) => {
        await ask(lookup)
        await ask(lookup)
      }),
      noMoreCalls('Moon', '1 min'),
    )
    assert.equal(requests.length, 2)
  })

  it('is a failure of a look-up that another source has answered before', async () => {
    const { lookUp } = createMoonClient({ others: [sun] })
    await assert.rejects(
      lookUp(
        [answersOf(sun, full), moonAnswers(refusing('2'))],
        async (ask) => {
          await ask(sun, lookup)
          await ask(lookup)
        },
        { asks: [sun] },
      ),
      noMoreCalls('Moon', '1 min'),
    )
  })

  it('is a failure where it is a further source of the look-up', async () => {
    const { lookUp, limiter } = createMoonClient({ others: [sun] })
    await assert.rejects(
      lookUp(answersOf(sun, refusing('7200')), (ask) => ask(sun, lookup), { asks: [sun] }),
      noMoreCalls('Sun', '2 h'),
    )
    assert.equal(limiter.waitMs([{ name: 'sun', windows: [] }]), 7_200_000)
  })

  it('has code of its own run again where it is the first that this names', async () => {
    const asker = { source: undefined, asks: [moon, sun] }
    const { lookUp } = createMoonClient({ others: [sun] })
    const ask = (source: typeof moon | typeof sun) =>
      lookUp([moonAnswers(refusing('30')), answersOf(sun, refusing('30'))], (ask) => ask(source, lookup), asker)
    await assert.rejects(ask(moon), later(30))
    await assert.rejects(ask(sun), noMoreCalls('Sun', '1 min'))
  })
})

describe('a source that is out of order', () => {
  it('is left alone too when it says for how long, and that is long', async () => {
    const { ask, requests, limiter } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('300', 503)), lookup), later(300))
    assert.equal(requests.length, 1)
    assert.equal(limiter.waitMs([{ name: 'moon', windows: [] }]), 300_000)
  })

  it('is a failure when it is so again and again, each time for a short while', async () => {
    const { ask, requests } = createMoonClient()
    await assert.rejects(ask(moonAnswers(refusing('5', 503)), lookup), {
      kind: 'unavailable',
      message: 'Moon is out of order (503)',
    })
    assert.equal(requests.length, 3)
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
