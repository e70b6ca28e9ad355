import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { systemClock } from '../../../src/core/time.ts'

describe("this machine's clock", () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1000 }))
  afterEach(() => mock.timers.reset())

  it('tells the time', () => {
    assert.equal(systemClock.now(), 1000)
  })

  it('tells how much has passed, whatever time the machine is set to', () => {
    const begun = systemClock.monotonic()
    mock.timers.setTime(0)
    assert.ok(systemClock.monotonic() >= begun)
    mock.timers.setTime(10 ** 12)
    assert.ok(systemClock.monotonic() - begun < 10 ** 6)
  })

  it('wakes after the time', async () => {
    const awake = systemClock.sleep(500, new AbortController().signal)
    mock.timers.tick(500)
    await awake
  })

  it('wakes with the reason of a signal that is aborted before', async () => {
    const abort = new AbortController()
    const awake = systemClock.sleep(500, abort.signal)
    abort.abort(new Error('enough'))
    await assert.rejects(awake, /^Error: enough$/)
  })

  it('calls back after the time, unless that is cancelled', () => {
    const called: string[] = []
    systemClock.after(500, () => called.push('one'))
    const cancel = systemClock.after(500, () => called.push('other'))
    cancel()
    mock.timers.tick(499)
    assert.deepEqual(called, [])
    mock.timers.tick(1)
    assert.deepEqual(called, ['one'])
  })
})
