import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rememberedTurns } from '../../../src/core/client/remembered-turns.ts'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import type { Turns } from '../../../src/core/store/turns.ts'
import { createFakeClock } from './fake-clock.ts'
import { createLatch } from './latch.ts'

describe('turns that are remembered', () => {
  const setUp = () => {
    const clock = createFakeClock()
    const { turns } = createMemoryStore({ now: clock.now })
    const asked: string[] = []
    const counted: Turns = {
      take: (queue, taker, windows) => {
        asked.push(taker.id)
        return turns.take(queue, taker, windows)
      },
      holdBack: turns.holdBack,
      end: turns.end,
    }
    return { clock, turns, asked, counted, remembered: rememberedTurns(counted, clock) }
  }

  it('asks the store once a second about a queue without windows', async () => {
    const { clock, asked, remembered } = setUp()
    for (const id of ['a', 'b']) {
      assert.deepEqual(await remembered.take('moon', { id }, []), {
        state: 'granted',
        waitMs: 0,
        since: new Date(clock.now()),
        alone: false,
      })
    }
    await remembered.take('sun', { id: 'c' }, [])
    clock.advance(1000)
    await remembered.take('moon', { id: 'd' }, [])
    assert.deepEqual(asked, ['a', 'c', 'd'])
  })

  it('asks it each time where calls are counted', async () => {
    const { asked, remembered } = setUp()
    const windows = [{ calls: 1, ms: 60_000 }]
    assert.equal((await remembered.take('moon', { id: 'a' }, windows)).state, 'granted')
    assert.equal((await remembered.take('moon', { id: 'b' }, windows)).state, 'waiting')
    assert.deepEqual(asked, ['a', 'b'])
  })

  it('knows a refusal of its own at once, and that of another replica a second later', async () => {
    const { clock, turns, remembered } = setUp()
    await remembered.take('moon', { id: 'a' }, [])
    await turns.holdBack('moon', 30)
    assert.equal((await remembered.take('moon', { id: 'b' }, [])).state, 'granted')
    clock.advance(1000)
    assert.equal((await remembered.take('moon', { id: 'c' }, [])).waitMs, 29_000)
    await remembered.take('sun', { id: 'd' }, [])
    await remembered.holdBack('sun', 30)
    assert.equal((await remembered.take('sun', { id: 'e' }, [])).waitMs, 30_000)
  })

  it('asks it each time after a refusal, as long as it gives turns to one caller alone', async () => {
    const { clock, asked, remembered } = setUp()
    await remembered.holdBack('moon', 30)
    clock.advance(30_000)
    for (const id of ['a', 'b']) {
      assert.equal((await remembered.take('moon', { id }, [])).alone, true)
      await remembered.end('moon')
    }
    assert.deepEqual(asked, ['a', 'b'])
  })

  it('does not believe what the store said before a refusal', async () => {
    const { counted, clock, asked } = setUp()
    const latch = createLatch()
    const late: Turns = {
      ...counted,
      async take(...input) {
        const turn = await counted.take(...input)
        await latch.promise
        return turn
      },
    }
    const remembered = rememberedTurns(late, clock)
    const first = remembered.take('moon', { id: 'a' }, [])
    await remembered.holdBack('moon', 30)
    latch.open()
    assert.equal((await first).state, 'granted')
    assert.equal((await remembered.take('moon', { id: 'b' }, [])).waitMs, 30_000)
    assert.deepEqual(asked, ['a', 'b'])
  })
})
