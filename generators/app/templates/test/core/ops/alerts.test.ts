import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { createEvents, type Events } from '../../../src/core/events.ts'
import { startAlerts, type Alerts } from '../../../src/core/ops/alerts.ts'
import type { FailureKind } from '../../../src/core/protocol/outcome.ts'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'
import { createTimedClock, type TimedClock } from './timed-clock.ts'
import { silentLog } from '../silent-log.ts'
import { until } from '../until.ts'

describe('alerts', () => {
  let events: Events
  let alerts: Alerts
  let clock: TimedClock
  let mails: { subject: string; text: string }[]
  let refuse: boolean
  /** Which replica has claimed an alert. */
  let claims: Map<string, string>
  let claim: (owner: string) => (key: string) => Promise<boolean>
  const startOne = (owner: string) =>
    startAlerts({
      name: 'my-cts',
      events,
      log: silentLog,
      claim: claim(owner),
      clock,
      send: async (subject, text) => {
        if (refuse) throw new Error('refused')
        mails.push({ subject, text })
      },
    })
  beforeEach(() => {
    clock = createTimedClock(Date.UTC(2026, 0, 1))
    events = createEvents()
    mails = []
    refuse = false
    claims = new Map()
    claim = (owner) => async (key) => {
      const known = claims.get(key) ?? owner
      claims.set(key, known)
      return known === owner
    }
    alerts = startOne('one')
  })
  afterEach(async () => {
    await alerts.stop()
  })

  const storeCalled = (available: boolean) => events.emit('storeCalled', { operation: 'enter', ms: 1, available })
  const failed = (lookUp: string, kind: FailureKind, message: string) =>
    events.emit('searchFinished', {
      id: 'a',
      artifact: { type: 'net.uri', value: 'http://a.example' },
      outcomes: [{ lookUp, at: 0, freshUntil: 0, failure: { kind, message } }],
      ms: 1,
    })
  const subjects = () => mails.map(({ subject }) => subject)

  it('make one mail of a thousand failures', async () => {
    for (let n = 0; n < 1000; n++) storeCalled(false)
    clock.tick(9999)
    assert.deepEqual(subjects(), [])
    clock.tick(1)
    await until(() => mails.length)
    assert.deepEqual(subjects(), ['my-cts: The database does not answer'])
    assert.match(mails[0]!.text, /^The database does not answer\n {2}1000 times since 2026-01-01T00:00:00\.000Z\n/)
  })

  it('say nothing of what is over before a mail goes out', () => {
    storeCalled(false)
    storeCalled(true)
    clock.tick(60_000)
    assert.deepEqual(subjects(), [])
  })

  it('put what happens at once into one mail', async () => {
    failed('urlhaus', 'key_refused', 'URLhaus refused the key: check URLHAUS_API_KEY')
    failed('nvd', 'gave_up', 'gave up after 3 attempts')
    clock.tick(10_000)
    await until(() => mails.length)
    assert.deepEqual(subjects(), ['my-cts: 2 alerts'])
    assert.match(mails[0]!.text, /^Source urlhaus: URLhaus refused the key: check URLHAUS_API_KEY\n {2}once since /)
    assert.match(mails[0]!.text, /\n\nSource nvd: gave up after 3 attempts\n {2}once since /)
  })

  it('say nothing of failures that pass', () => {
    for (const kind of ['timeout', 'unavailable', 'rate_limited'] as const) failed('urlhaus', kind, 'away')
    clock.tick(60_000)
    assert.deepEqual(subjects(), [])
  })

  it('repeat what goes on after an hour, with how often it happened', async () => {
    const refused = () => failed('urlhaus', 'key_refused', 'refused')
    refused()
    clock.tick(10_000)
    await until(() => mails.length === 1)
    for (let n = 0; n < 5; n++) refused()
    clock.tick(3_599_999)
    refused()
    assert.equal(mails.length, 1)
    clock.tick(1)
    refused()
    clock.tick(10_000)
    await until(() => mails.length === 2)
    assert.match(mails[1]!.text, /\n {2}7 times since /)
  })

  it('try again when a mail cannot be sent', async () => {
    refuse = true
    failed('urlhaus', 'key_refused', 'refused')
    clock.tick(10_000)
    await until(async () => {
      refuse = false
      clock.tick(60_000)
      return mails.length
    })
    assert.match(mails[0]!.text, /^Source urlhaus: refused\n {2}once since /)
  })

  it('send what has been gathered when the service stops', async () => {
    failed('urlhaus', 'gave_up', 'gave up after 3 attempts')
    await alerts.stop()
    assert.deepEqual(subjects(), ['my-cts: Source urlhaus: gave up after 3 attempts'])
  })

  it('are sent by one of all replicas', async () => {
    const others = ['two', 'three'].map(startOne)
    failed('urlhaus', 'key_refused', 'refused')
    await Promise.all([alerts, ...others].map((one) => one.stop()))
    assert.deepEqual(subjects(), ['my-cts: Source urlhaus: refused'])
  })

  it('are sent by each while the database, which would tell whose they are, is away', async () => {
    claim = () => () => Promise.reject(new StoreUnavailableError('away'))
    const other = startOne('two')
    storeCalled(false)
    await Promise.all([alerts, other].map((one) => one.stop()))
    assert.equal(subjects().length, 2)
  })

  it('say what goes on without counting it, and repeat it when they are told to', async () => {
    const tell = () => alerts.tell({ key: 'quota', text: 'The quota is nearly spent', repeatMs: 86_400_000 })
    tell()
    tell()
    clock.tick(10_000)
    await until(() => mails.length === 1)
    assert.match(mails[0]!.text, /^The quota is nearly spent\n\nFrom the replica on /)
    clock.tick(86_399_999)
    tell()
    clock.tick(1)
    assert.equal(mails.length, 1)
    tell()
    clock.tick(10_000)
    await until(() => mails.length === 2)
  })
})
