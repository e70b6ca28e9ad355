import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { batched } from '../../src/store/batched.ts'

describe('a batched look-up', () => {
  const lengths = (calls: string[][] = []) => ({
    calls,
    lengthOf: batched(async (keys: string[]) => {
      calls.push(keys)
      return new Map(keys.filter((key) => key !== '').map((key) => [key, key.length]))
    }),
  })

  it('makes one call for what is asked at once, and asks for each key once', async () => {
    const { calls, lengthOf } = lengths()
    const found = await Promise.all(['a', 'bb', '', 'a'].map(lengthOf))
    assert.deepEqual(found, [1, 2, undefined, 1])
    assert.deepEqual(calls, [['a', 'bb', '']])
  })

  it('makes a new call for what is asked once the call before has begun', async () => {
    const calls: string[][] = []
    let again: Promise<number | undefined> | undefined
    const find = batched(async (keys: string[]) => {
      again ??= find('a')
      calls.push(keys)
      return new Map(keys.map((key) => [key, calls.length]))
    })
    assert.equal(await find('a'), 1)
    assert.equal(await again, 2)
    assert.deepEqual(calls, [['a'], ['a']])
  })

  it('asks for no more than 100 keys in one call', async () => {
    const { calls, lengthOf } = lengths()
    const keys = Array.from({ length: 250 }, (_, number) => `${number}`)
    const found = await Promise.all(keys.map(lengthOf))
    assert.deepEqual(
      found,
      keys.map((key) => key.length),
    )
    assert.deepEqual(
      calls.map((call) => call.length),
      [100, 100, 50],
    )
    assert.deepEqual(calls.flat(), keys)
  })

  it('tells all who asked when a call fails, and goes on', async () => {
    let isUp = false
    const find = batched(async (keys: string[]) => {
      if (!isUp) throw new Error('out of reach')
      return new Map(keys.map((key) => [key, key]))
    })
    const failed = await Promise.allSettled(['a', 'b'].map(find))
    assert.deepEqual(
      failed.map((one) => one.status === 'rejected' && (one.reason as Error).message),
      ['out of reach', 'out of reach'],
    )
    isUp = true
    assert.equal(await find('a'), 'a')
  })
})
