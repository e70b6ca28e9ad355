import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { createEvents, type Events } from '../../../src/core/events.ts'
import { createLog } from '../../../src/core/ops/log.ts'
import type { ListStatus } from '../../../src/core/lists/list.ts'
import type { Condition } from '../../../src/core/ops/alerts.ts'
import { startWatch, type Watch } from '../../../src/core/ops/watch.ts'
import type { SourceFacts } from '../../../src/core/ops/sources/source-facts.ts'
import { listStatus } from './list-status.ts'
import { sourceFacts } from './source-facts.ts'
import { createTimedClock, type TimedClock } from './timed-clock.ts'

const held = sourceFacts({
  turns: { windows: [], nextAt: 900_000, isTold: true, now: 0 },
  waiting: { lookUp: 'moon', count: 12, since: -1000 },
})

describe('the watch', () => {
  let events: Events
  let facts: SourceFacts[]
  let reads: number
  let clock: TimedClock
  let mayHoldUp: boolean
  let malformed: { artifacts: number; malformed: number }
  let lines: Record<string, unknown>[]
  let told: Condition[]
  let lists: ListStatus[]
  let watch: Watch
  beforeEach(() => {
    clock = createTimedClock(0)
    events = createEvents()
    facts = [sourceFacts()]
    reads = 0
    mayHoldUp = false
    malformed = { artifacts: 0, malformed: 0 }
    lines = []
    told = []
    lists = []
    watch = startWatch({
      sources: async () => {
        reads += 1
        return facts
      },
      mayHoldUp: () => mayHoldUp,
      lists: () => lists,
      kept: { counts: () => [], malformed: () => malformed },
      events,
      log: createLog('info', { write: (line) => void lines.push(JSON.parse(line)) }),
      tell: (condition) => told.push(condition),
      clock,
    })
  })
  afterEach(() => {
    watch.stop()
  })

  it('warns once when a source begins to hold searches up, and once when that is over', async () => {
    facts = [held]
    await watch.look()
    await watch.look()
    facts = [sourceFacts()]
    await watch.look()
    await watch.look()
    assert.deepEqual(
      lines.map((line) => ({ ...line, time: undefined })),
      [
        {
          level: 40,
          time: undefined,
          source: 'moon',
          waiting: 12,
          since: '1969-12-31T23:59:59.000Z',
          until: '1970-01-01T00:15:00.000Z',
          msg: 'Moon holds searches up: it wants to be left alone',
        },
        { level: 40, time: undefined, source: 'moon', msg: 'Moon no longer holds searches up' },
      ],
    )
  })

  it('warns when a source is left alone, and when it answers again', () => {
    for (const open of [true, false]) events.emit('breakerChanged', { source: 'moon', open })
    assert.deepEqual(
      lines.map(({ level, source }) => [level, source]),
      [
        [40, 'moon'],
        [40, 'moon'],
      ],
    )
  })

  it('asks the store at its start, then once a minute, and each second while there is a reason to', () => {
    assert.equal(reads, 0)
    clock.tick(1000)
    assert.equal(reads, 1)
    clock.tick(59_000)
    assert.equal(reads, 1)
    clock.tick(1000)
    assert.equal(reads, 2)
    mayHoldUp = true
    clock.tick(2000)
    assert.equal(reads, 4)
  })

  it('tells of what has been held up for an hour', async () => {
    clock.tick(3_598_999)
    facts = [held]
    await watch.look()
    assert.deepEqual(told, [])
    clock.tick(1)
    await watch.look()
    assert.deepEqual(told.at(-1), {
      key: 'held up moon',
      text: 'Moon has held searches up since 1969-12-31T23:59:59.000Z: 12 searches waiting',
    })
  })

  it("tells that a day's quota is nearly spent, and of no shorter window", async () => {
    const turns = (used: number, ms: number) => ({
      windows: [{ calls: 500, ms, used }],
      nextAt: 0,
      isTold: false,
      now: 0,
    })
    for (const one of [turns(449, 86_400_000), turns(500, 3_600_000), turns(450, 86_400_000)]) {
      facts = [sourceFacts({ turns: one })]
      await watch.look()
    }
    assert.deepEqual(told, [
      {
        key: 'quota moon 86400000',
        text: 'Moon: 450 of 500 calls a day are used, and searches will wait for more',
        repeatMs: 86_400_000,
      },
    ])
  })

  it('tells of a list that is too old, once a day', async () => {
    lists = [listStatus(), listStatus({ state: 'too old', problem: 'was written 30 h ago, of at most 24 h' })]
    await watch.look()
    assert.deepEqual(told, [
      {
        key: 'list bad/urls.txt',
        text: 'The list bad/urls.txt is too old: was written 30 h ago, of at most 24 h: see why it is not renewed',
        repeatMs: 86_400_000,
      },
    ])
  })

  it('tells that more than one in a hundred artifacts are not what their type says', async () => {
    for (const one of [
      { artifacts: 99, malformed: 99 },
      { artifacts: 200, malformed: 2 },
      { artifacts: 200, malformed: 3 },
    ]) {
      malformed = one
      await watch.look()
    }
    assert.deepEqual(
      told.map(({ text }) => text.split(',')[0]),
      ['3 of 200 artifacts in an hour are not what their type says'],
    )
  })
})
