import { createMemoryStore } from '../../src/store/memory.ts'
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
