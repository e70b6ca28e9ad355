import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { describeStore } from './contract.ts'

describeStore('memory', async () => {
  let time = Date.now()
  const store = createMemoryStore({ now: () => time })
  return {
    store,
    async advance(secs) {
      time += secs * 1000
    },
    // longer than any lease, delay or result of the contract: what is left is claimed and ended
    async clear() {
      time += 10_000_000
      for (const { lease } of await store.claim({ owner: 'clear', leaseSecs: 1 }, 1000)) await store.finish(lease)
    },
    close: () => store.close(),
  }
})

it('the memory store answers a look-up in a later turn of the event loop, as a database does', async () => {
  const store = createMemoryStore()
  for (const look of [store.findResult, store.findActive]) {
    const order: string[] = []
    const turn = new Promise<void>((resolve) => {
      setImmediate(() => {
        order.push('turn')
        resolve()
      })
    })
    await Promise.all([look('a').then(() => order.push('found')), turn])
    assert.deepEqual(order, ['turn', 'found'])
  }
  await store.close()
})
