import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createEvents } from '../../../src/core/events.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { observed } from '../../../src/core/ops/observed-store.ts'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'

describe('a store that is observed', () => {
  const observe = (changes: object) => {
    const events = createEvents()
    const told: [operation: string, available: boolean][] = []
    events.on('storeCalled', ({ operation, available }) => told.push([operation, available]))
    const store = createMemoryStore()
    return { store: observed(Object.assign(store, changes), events), told }
  }

  it('tells of each operation, and answers as before', async () => {
    const { store, told } = observe({})
    assert.equal(await store.findResult('a'), undefined)
    assert.equal((await store.secret('one', 32)).length, 32)
    await store.close()
    assert.deepEqual(told, [
      ['findResult', true],
      ['secret', true],
      ['close', true],
    ])
  })

  it('tells when it is not available, and of no other failure', async () => {
    const { store, told } = observe({
      ping: () => Promise.reject(new StoreUnavailableError('away')),
      findPending: () => Promise.reject(new TypeError('a bug')),
    })
    await assert.rejects(store.ping(), { message: 'away' })
    await assert.rejects(store.findPending('a'), { message: 'a bug' })
    await store.close()
    assert.deepEqual(told.slice(0, 2), [
      ['ping', false],
      ['findPending', true],
    ])
  })
})
