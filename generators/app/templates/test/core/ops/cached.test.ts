import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cached } from '../../../src/core/ops/cached.ts'

describe('an answer that counts for a while', () => {
  it('is worked out once for all who want it meanwhile, and anew afterwards', async () => {
    let now = 0
    let calls = 0
    const read = cached(
      async () => ++calls,
      1000,
      () => now,
    )
    assert.deepEqual(await Promise.all([read(), read()]), [1, 1])
    now = 999
    assert.equal(await read(), 1)
    now = 1000
    assert.equal(await read(), 2)
  })

  it('is asked for again after a failure', async () => {
    let calls = 0
    const read = cached(
      async () => {
        calls += 1
        if (calls === 1) throw new Error('away')
        return calls
      },
      1000,
      () => 0,
    )
    await assert.rejects(read(), /away/)
    assert.equal(await read(), 2)
  })
})
