import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { batched } from '../../../src/core/store/mongodb/batched.ts'

describe('a batched look-up', () => {
  const textsOf = (ids: string[]) =>
    ids.filter((id) => id !== 'unknown').map((id): [string, string] => [id, `text ${id}`])
  const looksUp = () => {
    const calls: string[][] = []
    const find = batched(async (ids) => {
      calls.push(ids)
      // in an order of the database's own
      return textsOf(ids).toReversed()
    })
    return { calls, find }
  }

  it('makes one call for what is asked at once, and asks for each id once', async () => {
    const { calls, find } = looksUp()
    const found = await Promise.all(['a', 'b', 'unknown', 'a'].map(find))
    assert.deepEqual(found, ['text a', 'text b', undefined, 'text a'])
    assert.deepEqual(calls, [['a', 'b', 'unknown']])
  })

  it('makes a new call for what is asked once the call before has begun', async () => {
    const calls: string[][] = []
    let again: Promise<number | undefined> | undefined
    const find = batched(async (ids) => {
      again ??= find('a')
      calls.push(ids)
      return ids.map((id): [string, number] => [id, calls.length])
    })
    assert.deepEqual(await find('a'), 1)
    assert.deepEqual(await again, 2)
    assert.deepEqual(calls, [['a'], ['a']])
  })

  it('waits for no others where one comes after the other, and gathers again once two are there at once', async () => {
    const { calls, find } = looksUp()
    const together = async (...ids: string[]) => {
      const first = calls.length
      const answers = Promise.all(ids.map(find))
      const atOnce = calls.length - first
      assert.deepEqual(
        await answers,
        ids.map((id) => (id === 'unknown' ? undefined : `text ${id}`)),
      )
      return { atOnce, calls: calls.slice(first) }
    }
    assert.deepEqual(await together('a'), { atOnce: 0, calls: [['a']] })
    assert.deepEqual(await together('a'), { atOnce: 1, calls: [['a']] })
    assert.deepEqual(await together('unknown'), { atOnce: 1, calls: [['unknown']] })
    assert.deepEqual(await together('a', 'b', 'c'), { atOnce: 1, calls: [['a'], ['b', 'c']] })
    assert.deepEqual(await together('a', 'b', 'c'), { atOnce: 0, calls: [['a', 'b', 'c']] })
    assert.deepEqual(await together('a'), { atOnce: 0, calls: [['a']] })
    assert.deepEqual(await together('a'), { atOnce: 1, calls: [['a']] })
  })

  it('asks for no more than 32 ids in one call', async () => {
    const { calls, find } = looksUp()
    const ids = Array.from({ length: 70 }, (_, number) => `${number}`)
    const found = await Promise.all(ids.map(find))
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
      return textsOf(ids)
    })
    const failed = await Promise.allSettled(['a', 'b'].map(find))
    assert.deepEqual(
      failed.map((one) => one.status === 'rejected' && (one.reason as Error).message),
      ['out of reach', 'out of reach'],
    )
    await assert.rejects(find('a'), { message: 'out of reach' })
    await assert.rejects(find('a'), { message: 'out of reach' })
    isUp = true
    assert.deepEqual(await find('a'), 'text a')
  })
})
