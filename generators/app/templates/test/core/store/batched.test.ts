import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { batched } from '../../../src/core/store/mongodb/batched.ts'

describe('a batched look-up', () => {
  const documents = (ids: string[]) => ids.filter((id) => id !== 'unknown').map((_id) => ({ _id, text: `text ${_id}` }))
  const looksUp = () => {
    const calls: string[][] = []
    const find = batched(async (ids) => {
      calls.push(ids)
      // in an order of the database's own
      return documents(ids).toReversed()
    })
    return { calls, textOf: async (id: string) => (await find(id))?.text }
  }

  it('makes one call for what is asked at once, and asks for each id once', async () => {
    const { calls, textOf } = looksUp()
    const found = await Promise.all(['a', 'b', 'unknown', 'a'].map(textOf))
    assert.deepEqual(found, ['text a', 'text b', undefined, 'text a'])
    assert.deepEqual(calls, [['a', 'b', 'unknown']])
  })

  it('makes a new call for what is asked once the call before has begun', async () => {
    const calls: string[][] = []
    let again: Promise<unknown> | undefined
    const find = batched(async (ids) => {
      again ??= find('a')
      calls.push(ids)
      return ids.map((_id) => ({ _id, call: calls.length }))
    })
    assert.deepEqual(await find('a'), { _id: 'a', call: 1 })
    assert.deepEqual(await again, { _id: 'a', call: 2 })
    assert.deepEqual(calls, [['a'], ['a']])
  })

  it('asks for no more than 32 ids in one call', async () => {
    const { calls, textOf } = looksUp()
    const ids = Array.from({ length: 70 }, (_, number) => `${number}`)
    const found = await Promise.all(ids.map(textOf))
    assert.deepEqual(
      found,
      ids.map((id) => `text ${id}`),
    )
    assert.deepEqual(
      calls.map((call) => call.length),
      [32, 32, 6],
    )
    assert.deepEqual(calls.flat(), ids)
  })

  it('tells all who asked when a call fails, and goes on', async () => {
    let isUp = false
    const find = batched(async (ids) => {
      if (!isUp) throw new Error('out of reach')
      return documents(ids)
    })
    const failed = await Promise.allSettled(['a', 'b'].map(find))
    assert.deepEqual(
      failed.map((one) => one.status === 'rejected' && (one.reason as Error).message),
      ['out of reach', 'out of reach'],
    )
    isUp = true
    assert.deepEqual(await find('a'), { _id: 'a', text: 'text a' })
  })
})
