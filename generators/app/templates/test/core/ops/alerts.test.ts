import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { createEvents, type Events } from '../../../src/core/events.ts'
import { startAlerts, type Alerts } from '../../../src/core/ops/alerts.ts'
import type { FailureKind } from '../../../src/core/protocol/outcome.ts'
import { silentLog } from '../silent-log.ts'
import { until } from '../until.ts'

describe('alerts', () => {
  let events: Events
  let alerts: Alerts
  let mails: { subject: string; text: string }[]
  let refuse: boolean
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.UTC(2026, 0, 1) })
    events = createEvents()
    mails = []
    refuse = false
    alerts = startAlerts({
      name: 'my-cts',
      events,
      log: silentLog,
      send: async (subject, text) => {
        if (refuse) throw new Error('refused')
        mails.push({ subject, text })
      },
    })
  })
  afterEach(async () => {
    await alerts.stop()
    mock.timers.reset()
  })

  const storeCalled = (available: boolean) => events.emit('storeCalled', { operation: 'enter', ms: 1, available })
  const failed = (searcher: string, kind: FailureKind, message: string) =>
    events.emit('searchFinished', {
      id: 'a',
      artifact: { type: 'net.uri', value: 'http://a.example' },
      outcomes: [{ searcher, failure: { kind, message } }],
      ms: 1,
    })
  const subjects = () => mails.map(({ subject }) => subject)

  it('make one mail of a thousand failures', async () => {
    for (let n = 0; n < 1000; n++) storeCalled(false)
    mock.timers.tick(9999)
    assert.deepEqual(subjects(), [])
    mock.timers.tick(1)
    await until(() => mails.length)
    assert.deepEqual(subjects(), ['my-cts: The database does not answer'])
    assert.match(mails[0]!.text, /^The database does not answer\n {2}1000 times since 2026-01-01T00:00:00\.000Z\n/)
  })

  it('say nothing of what is over before a mail goes out', () => {
    storeCalled(false)
    storeCalled(true)
    mock.timers.tick(60_000)
    assert.deepEqual(subjects(), [])
  })

  it('put what happens at once into one mail', async () => {
    failed('url', 'key_refused', 'URLhaus refused the key: check URLHAUS_API_KEY')
    failed('ip', 'gave_up', 'gave up after 3 attempts')
    mock.timers.tick(10_000)
    await until(() => mails.length)
    assert.deepEqual(subjects(), ['my-cts: 2 alerts'])
    assert.match(mails[0]!.text, /^Searcher url: URLhaus refused the key: check URLHAUS_API_KEY\n {2}once since /)
    assert.match(mails[0]!.text, /\n\nSearcher ip: gave up after 3 attempts\n {2}once since /)
  })

  it('say nothing of failures that pass', () => {
    for (const kind of ['timeout', 'unavailable', 'rate_limited'] as const) failed('url', kind, 'away')
    mock.timers.tick(60_000)
    assert.deepEqual(subjects(), [])
  })

  it('repeat what goes on after an hour, with how often it happened', async () => {
    const refused = () => failed('url', 'key_refused', 'refused')
    refused()
    mock.timers.tick(10_000)
    await until(() => mails.length === 1)
    for (let n = 0; n < 5; n++) refused()
    mock.timers.tick(3_599_999)
    refused()
    assert.equal(mails.length, 1)
    mock.timers.tick(1)
    refused()
    mock.timers.tick(10_000)
    await until(() => mails.length === 2)
    assert.match(mails[1]!.text, /\n {2}7 times since /)
  })

  it('try again when a mail cannot be sent', async () => {
    refuse = true
    failed('url', 'key_refused', 'refused')
    mock.timers.tick(10_000)
    await until(async () => {
      refuse = false
      mock.timers.tick(60_000)
      return mails.length
    })
    assert.match(mails[0]!.text, /^Searcher url: refused\n {2}once since /)
  })

  it('send what has been gathered when the service stops', async () => {
    failed('url', 'gave_up', 'gave up after 3 attempts')
    await alerts.stop()
    assert.deepEqual(subjects(), ['my-cts: Searcher url: gave up after 3 attempts'])
  })
})
