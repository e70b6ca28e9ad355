import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Gate } from '../../../src/core/client/gate.ts'
import { createLatch } from './latch.ts'

const { signal } = new AbortController()

describe('a gate', () => {
  it('lets as many in as it has places, and the others in their order as these are done', async () => {
    const gate = new Gate(2)
    const begun: number[] = []
    const latches = [1, 2, 3, 4].map(() => createLatch())
    const all = latches.map((latch, index) =>
      gate.run(signal, () => {
        begun.push(index)
        return latch.promise
      }),
    )
    await turn()
    assert.deepEqual(begun, [0, 1])
    latches[1]!.open()
    await turn()
    assert.deepEqual(begun, [0, 1, 2])
    latches[0]!.open()
    await turn()
    assert.deepEqual(begun, [0, 1, 2, 3])
    for (const latch of latches) latch.open()
    await Promise.all(all)
  })

  it('gives the result of the work, and frees its place when that fails', async () => {
    const gate = new Gate(1)
    await assert.rejects(
      gate.run(signal, () => Promise.reject(new Error('no'))),
      /^Error: no$/,
    )
    assert.equal(await gate.run(signal, async () => 7), 7)
  })

  it('lets go of one who waits when its signal is aborted, and keeps no place for it', async () => {
    const gate = new Gate(1)
    const latch = createLatch()
    const first = gate.run(signal, () => latch.promise)
    const abort = new AbortController()
    const second = gate.run(abort.signal, async () => 'must not run')
    const third = gate.run(signal, async () => 'third')
    abort.abort(new Error('enough'))
    await assert.rejects(second, /^Error: enough$/)
    latch.open()
    await first
    assert.equal(await third, 'third')
  })

  it('does nothing for a signal that is aborted already', async () => {
    const work = () => Promise.reject(new Error('must not run'))
    await assert.rejects(new Gate(1).run(AbortSignal.abort(new Error('enough')), work), /^Error: enough$/)
  })
})
