import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clockTime, duration, exactTime, per, searches, shortWindow } from '../../../src/core/ops/words.ts'

const now = Date.UTC(2026, 0, 2, 23, 59)

describe('words', () => {
  it('give a time of today without its date, and of another day with it', () => {
    assert.equal(clockTime(now - 60_000, now), '23:58')
    assert.equal(clockTime(now + 60_000, now), '2026-01-03 00:00')
    assert.equal(exactTime(now + 1000, now), '23:59:01')
  })

  for (const [ms, text] of [
    [12, '12 ms'],
    [4500, '4.5 s'],
    [600_000, '10 min'],
    [7_200_000, '2 h'],
    [864_000_000, '10 d'],
  ] as const) {
    it(`give ${ms} ms as ${text}`, () => assert.equal(duration(ms), text))
  }

  for (const [ms, text, label] of [
    [60_000, 'a minute', '1min'],
    [86_400_000, 'a day', '1d'],
    [30_000, 'in 30 s', '30s'],
    [2_592_000_000, 'in 30 d', '30d'],
    [1500, 'in 1500 ms', '1500ms'],
  ] as const) {
    it(`give a window of ${ms} ms as ${text} and ${label}`, () => {
      assert.deepEqual([per(ms), shortWindow(ms)], [text, label])
    })
  }

  it('say when no more were counted', () => {
    assert.deepEqual(
      [1, 1234, 10_000].map((n) => searches(n, 10_000)),
      ['1 search', '1,234 searches', '10,000 searches or more'],
    )
  })
})
