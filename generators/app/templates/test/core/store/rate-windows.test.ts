import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  giveTurnBack,
  holdBack,
  NO_CALLS,
  takeTurns,
  type Grant,
  type RateState,
  type RateWindow,
} from '../../../src/core/store/rate-windows.ts'
import { SeededRandom } from '../seeded-random.ts'

const MINUTE = { calls: 2, ms: 60_000 }
const HALF_HOUR = { calls: 3, ms: 1_800_000 }
const DAY = { calls: 500, ms: 86_400_000 }
const START = Date.UTC(2026, 0, 1)

/** A quota and its clock, which begins at 0. */
function createQuota(windows: readonly RateWindow[] = [MINUTE]) {
  let state: RateState = NO_CALLS
  let time = 0
  return {
    get state() {
      return state
    },
    get time() {
      return time
    },
    at(ms: number) {
      time = ms
    },
    /** Takes turns; `nextAt` is told in the time of this clock. */
    take(want = 1): Grant {
      const { state: after, grant } = takeTurns(state, { windows, want, now: START + time })
      state = after
      return { ...grant, nextAt: grant.nextAt - START }
    },
    giveBack(at: number, alone = false) {
      state = giveTurnBack(state, { at: START + at, alone }, { windows, now: START + time })
    },
    holdBack(ms: number) {
      state = holdBack(state, ms, START + time)
    },
    /** The turn alone of somebody has ended. */
    end() {
      state = { ...state, aloneUntil: 0 }
    },
  }
}

describe('rate windows', () => {
  it('give as many turns as a window allows, and one more when the first has left it', () => {
    const quota = createQuota()
    assert.deepEqual(quota.take(), { granted: 1, nextAt: 0, alone: false })
    quota.at(10_000)
    assert.deepEqual(quota.take(), { granted: 1, nextAt: 60_000, alone: false })
    assert.deepEqual(quota.take(), { granted: 0, nextAt: 60_000, alone: false })
    quota.at(59_999)
    assert.equal(quota.take().granted, 0)
    quota.at(60_000)
    assert.deepEqual(quota.take(), { granted: 1, nextAt: 70_000, alone: false })
  })

  it('give no more turns at once than are wanted, and than there is room for', () => {
    const quota = createQuota([{ calls: 5, ms: 60_000 }])
    assert.deepEqual(quota.take(3), { granted: 3, nextAt: 0, alone: false })
    assert.deepEqual(quota.take(3), { granted: 2, nextAt: 60_000, alone: false })
  })

  it('are all heeded at once', () => {
    const quota = createQuota([MINUTE, HALF_HOUR])
    assert.equal(quota.take(3).granted, 2)
    quota.at(60_000)
    assert.deepEqual(quota.take(3), { granted: 1, nextAt: 1_800_000, alone: false })
    quota.at(1_799_999)
    assert.equal(quota.take().granted, 0)
    quota.at(1_800_000)
    assert.equal(quota.take(3).granted, 2)
  })

  it('give whatever is wanted where there is none, and keep nothing of it', () => {
    const quota = createQuota([])
    assert.deepEqual(quota.take(1000), { granted: 1000, nextAt: 0, alone: false })
    quota.at(1)
    quota.take()
    assert.deepEqual(quota.state.calls, [{ at: START + 1, count: 1 }])
  })

  it('give none when a limit has become smaller than what was called already', () => {
    const { state } = takeTurns(NO_CALLS, { windows: [{ calls: 10, ms: 60_000 }], want: 10, now: START })
    const { grant } = takeTurns(state, { windows: [MINUTE], want: 1, now: START + 1 })
    assert.deepEqual(grant, { granted: 0, nextAt: START + 60_000, alone: false })
  })

  describe('take a turn back that was not used', () => {
    it('and give it to the next', () => {
      const quota = createQuota()
      quota.take(2)
      quota.at(1000)
      quota.giveBack(0)
      assert.deepEqual(quota.take(2), { granted: 1, nextAt: 60_000, alone: false })
    })

    it('but count what was called since', () => {
      const quota = createQuota()
      quota.take()
      quota.at(30_000)
      quota.take()
      quota.at(31_000)
      quota.giveBack(0)
      assert.equal(quota.take(2).granted, 1)
      // the calls are those at 30 and at 31 seconds
      quota.at(60_000)
      assert.deepEqual(quota.take(), { granted: 0, nextAt: 90_000, alone: false })
    })

    it('and not an older one', () => {
      const quota = createQuota()
      quota.take()
      quota.at(30_000)
      quota.take()
      quota.giveBack(30_000)
      quota.at(60_000)
      assert.equal(quota.take(2).granted, 2)
    })

    it('from calls that were put together', () => {
      const quota = createQuota([{ calls: 2, ms: 86_400_000 }])
      quota.take()
      quota.at(1000)
      quota.take()
      // both are of one step of the window
      assert.equal(quota.take().granted, 0)
      assert.equal(quota.state.calls.length, 1)
      quota.giveBack(0)
      assert.equal(quota.take(2).granted, 1)
    })

    it('and nothing instead of it when it is counted no more', () => {
      const quota = createQuota()
      quota.take(2)
      quota.at(60_000)
      quota.take(2)
      quota.giveBack(0)
      assert.equal(quota.take().granted, 0)
    })

    it('and leave somebody else alone who has a turn alone', () => {
      const quota = createQuota([DAY])
      quota.take()
      quota.holdBack(1000)
      quota.at(1000)
      assert.equal(quota.take().alone, true)
      quota.giveBack(0)
      assert.equal(quota.take().granted, 0)
      quota.giveBack(1000, true)
      assert.deepEqual(quota.take(), { granted: 1, nextAt: 1500, alone: true })
    })
  })

  describe('after a refusal', () => {
    it('give nobody a turn for so long', () => {
      const quota = createQuota()
      quota.holdBack(30_000)
      quota.at(29_999)
      assert.deepEqual(quota.take(), { granted: 0, nextAt: 30_000, alone: false })
      quota.at(30_000)
      assert.equal(quota.take().granted, 1)
    })

    it('give none for no shorter because of a later, shorter refusal', () => {
      const quota = createQuota()
      quota.holdBack(300_000)
      quota.holdBack(10_000)
      assert.equal(quota.take().nextAt, 300_000)
    })

    it('give turns to one caller at a time, until that has gone well for ten minutes', () => {
      const quota = createQuota([DAY])
      quota.holdBack(30_000)
      quota.at(30_000)
      assert.deepEqual(quota.take(5), { granted: 1, nextAt: 30_500, alone: true })
      assert.deepEqual(quota.take(5), { granted: 0, nextAt: 30_500, alone: false })
      quota.end()
      quota.at(629_999)
      assert.deepEqual(quota.take(5), { granted: 1, nextAt: 630_499, alone: true })
      quota.end()
      quota.at(630_000)
      assert.deepEqual(quota.take(5), { granted: 5, nextAt: 630_000, alone: false })
    })

    it('do not wait for longer than a minute for one who has crashed with a turn alone', () => {
      const quota = createQuota([])
      quota.holdBack(1000)
      quota.at(1000)
      quota.take()
      quota.at(60_999)
      assert.equal(quota.take().granted, 0)
      quota.at(61_000)
      assert.deepEqual(quota.take(), { granted: 1, nextAt: 61_500, alone: true })
    })

    it('give nobody a turn alone who has no room in a window', () => {
      const quota = createQuota()
      quota.take(2)
      quota.holdBack(1000)
      quota.at(1000)
      assert.deepEqual(quota.take(), { granted: 0, nextAt: 60_000, alone: false })
      quota.at(60_000)
      assert.equal(quota.take().alone, true)
    })
  })

  it('keep no more of many calls than some hundred steps a window', () => {
    const windows = [
      { calls: 100_000, ms: 60_000 },
      { calls: 100_000, ms: 86_400_000 },
    ]
    const quota = createQuota(windows)
    for (let n = 0; n < 20_000; n++) {
      quota.at(n * 5003)
      assert.equal(quota.take().granted, 1)
    }
    assert.ok(quota.state.calls.length < 300, `${quota.state.calls.length} entries`)
    const often = createQuota(windows)
    for (let n = 0; n < 20_000; n++) {
      often.at(n * 17)
      assert.equal(often.take().granted, 1)
    }
    assert.ok(often.state.calls.length < 520, `${often.state.calls.length} entries`)
  })

  it('count a call no more than a step of the window longer than it must be', () => {
    const window = { calls: 1000, ms: 86_400_000 }
    const quota = createQuota([window])
    for (let n = 0; n < window.calls; n++) {
      quota.at(n * 60_000)
      assert.equal(quota.take().granted, 1)
    }
    const { nextAt } = quota.take()
    const step = window.ms / 250
    assert.ok(nextAt >= window.ms && nextAt <= window.ms + step, `${nextAt}`)
    quota.at(nextAt)
    assert.equal(quota.take().granted, 1)
  })

  for (const [what, windows] of [
    ['one short window', [{ calls: 3, ms: 1500 }]],
    [
      'a minute and a day',
      [
        { calls: 4, ms: 61_000 },
        { calls: 50, ms: 86_401_000 },
      ],
    ],
    [
      'windows of all lengths',
      [
        { calls: 7, ms: 300 },
        { calls: 20, ms: 10_000 },
        { calls: 90, ms: 3_600_000 },
      ],
    ],
  ] as const) {
    it(`never let more through than they may, whatever the sequence: ${what}`, () => {
      for (let seed = 1; seed <= 30; seed++) checkRandomly(windows, seed)
    })
  }
})

/** Takes turns, gives some back, refuses and lets time pass, at random, and counts what is left of the turns. */
function checkRandomly(windows: readonly RateWindow[], seed: number): void {
  const chance = new SeededRandom(seed)
  const random = () => chance.below(1_000_000) / 1_000_000
  const quota = createQuota(windows)
  const longest = Math.max(...windows.map(({ ms }) => ms))
  let turns: { at: number; alone: boolean }[] = []
  const countWithin = (ms: number) => turns.filter(({ at }) => at > quota.time - ms).length

  for (let step = 0; step < 300; step++) {
    // pauses of every size, as those of bursts and of quiet nights
    quota.at(quota.time + Math.floor(longest ** random() * random()))
    const { granted, nextAt, alone } = quota.take(1 + Math.floor(random() * 5))
    for (let n = 0; n < granted; n++) turns.push({ at: quota.time, alone })
    for (const { calls, ms } of windows) {
      assert.ok(countWithin(ms) <= calls, `${countWithin(ms)} calls within ${ms} ms, seed ${seed}, step ${step}`)
    }
    if (granted === 0) {
      const before = takeTurns(quota.state, { windows, want: 1, now: START + nextAt - 1 })
      assert.ok(nextAt > quota.time)
      assert.equal(before.grant.granted, 0, `a turn before ${nextAt}, seed ${seed}, step ${step}`)
    }
    if (alone && random() < 0.9) quota.end()
    if (random() < 0.02) quota.holdBack(Math.floor(1000 * random()))
    if (random() < 0.3 && turns.length > 0) {
      const [unused] = turns.splice(Math.floor(random() * turns.length), 1)
      quota.giveBack(unused!.at, unused!.alone)
    }
    turns = turns.filter(({ at }) => at > quota.time - longest)
  }
}
