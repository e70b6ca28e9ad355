import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { it, mock } from 'node:test'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { describeStore } from './contract.ts'
import { describeEgress, egressOf } from './egress-contract.ts'
import { searchOf } from './new-search.ts'

describeStore('memory', async () => {
  let time = Date.now()
  mock.timers.enable({ apis: ['setInterval'] })
  const store = createMemoryStore({ now: () => time })
  return {
    store,
    now: () => time,
    advance(secs) {
      time += secs * 1000
    },
    // longer than any lease or result of the contract: what is left is ended, and results are swept
    async clear() {
      time += 10_000_000_000
      mock.timers.tick(60_000)
      await store.freeLapsed()
      for (const candidate of await store.overdue(1000)) {
        const claimed = await store.claim(candidate, { claimant: { owner: 'clear', leaseSecs: 1 }, begins: [] })
        if (claimed) await store.finish(claimed.lease)
      }
      for (const { id } of await store.watch.replicas()) await store.watch.leave(id)
    },
    async close() {
      await store.close()
      mock.timers.reset()
    },
  }
})

it('the memory store answers a look-up in a later turn of the event loop, as a database does', async () => {
  const store = createMemoryStore()
  for (const look of [store.findResult, store.findPending]) {
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

it('the memory store lets others have their turn while its operator looks at many searches', async () => {
  const store = createMemoryStore()
  for (let n = 0; n < 10_000; n++) await store.enter(searchOf(`${n}`))
  for (const look of [() => store.watch.waiting(['url'], 1000), () => store.load()]) {
    const order: string[] = []
    const turn = new Promise<void>((resolve) => {
      setImmediate(() => {
        order.push('turn')
        resolve()
      })
    })
    await Promise.all([look().then(() => order.push('seen')), turn])
    assert.deepEqual(order, ['turn', 'seen'])
  }
  await store.close()
})

describeEgress('memory', async () => {
  const store = createMemoryStore()
  return { store, close: () => store.close() }
})

it('the memory store keeps the last 10,000 records of the ledger', async () => {
  const { egress, close } = createMemoryStore()
  await egress.insert(Array.from({ length: 6000 }, (_, at) => egressOf(at)))
  await egress.insert(Array.from({ length: 6000 }, (_, at) => egressOf(6000 + at)))
  const kept = await Readable.from(egress.find({})).toArray()
  assert.deepEqual([kept.length, kept[0]?.value, kept.at(-1)?.value], [10_000, 'value 2000', 'value 11999'])
  await close()
})
