import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { createEvents, type Events } from '../../../../src/core/events.ts'
import { createKept, type Kept } from '../../../../src/core/ops/recent.ts'

describe('what was kept in', () => {
  let now: number
  let events: Events
  let kept: Kept
  beforeEach(() => {
    now = Date.UTC(2026, 0, 1)
    events = createEvents()
    kept = createKept(events, () => now)
  })
  const keep = (rule: string, ...titles: string[]) =>
    events.emit('keptIn', { kept: titles.map((title) => ({ lookUp: title, title, rule })) })

  it('is counted by source and rule, the most frequent first', () => {
    keep('private', 'Moon')
    now += 60_000
    keep('own', 'Moon', 'Sun')
    keep('own', 'Sun')
    assert.deepEqual(kept.counts(), [
      { title: 'Sun', rule: 'own', count: 2 },
      { title: 'Moon', rule: 'private', count: 1 },
      { title: 'Moon', rule: 'own', count: 1 },
    ])
  })

  it('is forgotten after an hour', () => {
    keep('own', 'Moon')
    now += 3_600_000
    assert.deepEqual(kept.counts(), [])
  })

  it('tells how many of all artifacts are not what their type says, each once', () => {
    for (const endpoint of ['scan', 'scan', 'result', 'scan'] as const)
      events.emit('request', { endpoint, status: 200, ms: 1 })
    keep('malformed', 'Moon', 'Sun')
    keep('own', 'Moon')
    assert.deepEqual(kept.malformed(), { artifacts: 3, malformed: 1 })
  })
})
