import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpResponse } from 'msw'
import { createMoonClient, full, moonAnswers } from './ask-moon.ts'
import { createLatch } from './latch.ts'
import { lookup, moon } from './moon.ts'

const status = (code: number) => {
  return () => HttpResponse.json({}, { status: code })
}
const outOfOrder = { name: 'SourceError', kind: 'unavailable', message: 'Moon is out of order (503)' }

describe('what calls of one source share', () => {
  it('is a cap on calls at once', async () => {
    const { ask, requests } = createMoonClient({ source: { ...moon, concurrency: 2 } })
    const answers = [1, 2, 3].map(() => createLatch<Response>())
    const asked = [1, 2, 3].map(() => createLatch())
    const asks = answers.map((answer, index) => {
      const slow = () => {
        asked[index]!.open()
        return answer.promise
      }
      return ask(moonAnswers(slow), lookup)
    })
    await Promise.all([asked[0]!.promise, asked[1]!.promise])
    assert.equal(requests.length, 2)
    answers[0]!.open(full())
    await asked[2]!.promise
    assert.equal(requests.length, 3)
    for (const answer of answers) answer.open(full())
    await Promise.all(asks)
  })

  it('is a breaker, which leaves it alone after it has failed a few times', async () => {
    const { ask, requests } = createMoonClient()
    for (let i = 0; i < 5; i++) await assert.rejects(ask(moonAnswers(status(503)), lookup), outOfOrder)
    await assert.rejects(ask(moonAnswers(full), lookup), { kind: 'unavailable', message: /^Moon has failed 5 times/ })
    assert.equal(requests.length, 15)
  })

  it('is its rate limit: who has to wait long is sent back, and keeps its place', async () => {
    const windows = [{ calls: 2, ms: 60_000 }]
    const { ask, clock, requests } = createMoonClient({ settings: { windows } })
    for (const id of ['1', '2']) await ask(moonAnswers(full), lookup, { id })
    // a second more than the minute, since calls travel at different speeds
    for (const [id, afterSecs] of Object.entries({ 3: 61, 4: 60.999, 5: 121.998 })) {
      await assert.rejects(ask(moonAnswers(full), lookup, { id }), { name: 'RetryLater', afterSecs })
      clock.advance(1)
    }
    clock.advance(61_000)
    await assert.rejects(ask(moonAnswers(full), lookup, { id: 'late' }), { name: 'RetryLater' })
    for (const id of ['3', '4']) assert.deepEqual(await ask(moonAnswers(full), lookup, { id }), { phase: 'full' })
    assert.equal(requests.length, 4)
  })

  it('is its rate limit: who has to wait shortly waits', async () => {
    const { ask, clock } = createMoonClient({ settings: { windows: [{ calls: 1, ms: 2000 }] } })
    await ask(moonAnswers(full), lookup)
    await ask(moonAnswers(full), lookup)
    assert.deepEqual(clock.waits, [3000])
  })
})
