import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { MongoClient } from 'mongodb'
import { createMemoryStore } from '../../../src/core/store/memory/store.ts'
import { createMongoStore } from '../../../src/core/store/mongodb/store.ts'
import { MAX_PLACES, type Turn, type Turns } from '../../../src/core/store/turns.ts'

const MINUTE = { calls: 2, ms: 60_000 }
const HOUR = { calls: 3, ms: 1_800_000 }

/** Turns under test and their clock. */
interface TurnsUnderTest {
  turns: Turns
  /** Lets time pass. */
  advance(ms: number): Promise<void>
  /** Gives so many takers a place. */
  fill(queue: string, places: number): Promise<void>
  close(): Promise<void>
}

/** What either store promises of turns; each test has a queue of its own. */
function describeTurns(name: string, open: () => Promise<TurnsUnderTest>): void {
  describe(`turns in the ${name} store`, () => {
    let subject: TurnsUnderTest
    let turns: Turns
    before(async () => {
      subject = await open()
      turns = subject.turns
    })
    after(() => subject.close())
    const advance = (ms: number) => subject.advance(ms)

    const stateOf = ({ state }: Turn) => state
    /** Who of these, asking in this order, is granted a turn. */
    const granted = async (queue: string, ids: string[], windows = [MINUTE]) => {
      const states: [string, Turn][] = []
      for (const id of ids) {
        states.push([id, await turns.take(queue, { id }, windows)])
        await advance(1)
      }
      return states.filter(([, { state }]) => state === 'granted').map(([id]) => id)
    }
    const about = (turn: Turn, ms: number) => {
      assert.equal(turn.state, 'waiting')
      // the clock of a real database moves on while the test runs
      assert.ok(turn.waitMs <= ms && turn.waitMs > ms - 5000, `${turn.waitMs} ms is not about ${ms} ms`)
    }

    it('grants as many calls as a window allows, and one more when the first has left it', async () => {
      assert.deepEqual(await granted('a', ['1', '2', '3']), ['1', '2'])
      await advance(59_000)
      assert.deepEqual(await granted('a', ['3']), [])
      await advance(1000)
      assert.deepEqual(await granted('a', ['3']), ['3'])
    })

    it('heeds several windows at once', async () => {
      assert.deepEqual(await granted('b', ['1', '2', '3'], [MINUTE, HOUR]), ['1', '2'])
      await advance(60_000)
      assert.deepEqual(await granted('b', ['3', '4'], [MINUTE, HOUR]), ['3'])
      about(await turns.take('b', { id: '4' }, [MINUTE, HOUR]), 1_740_000)
    })

    it('grants whatever is asked where there is no window', async () => {
      assert.deepEqual(await granted('c', ['1', '2', '3'], []), ['1', '2', '3'])
    })

    it('does not count one queue in another', async () => {
      assert.deepEqual(await granted('d', ['1', '2']), ['1', '2'])
      assert.deepEqual(await granted('e', ['1', '2']), ['1', '2'])
    })

    it('grants no call too many to callers who ask at once', async () => {
      const all = await Promise.all(Array.from({ length: 20 }, (_, i) => turns.take('f', { id: `${i}` }, [MINUTE])))
      assert.deepEqual(all.map(stateOf).toSorted(), [...Array(2).fill('granted'), ...Array(18).fill('waiting')])
    })

    it('tells each when its turn comes, one round of the window after the other', async () => {
      await granted('g', ['1', '2'])
      about(await turns.take('g', { id: '3' }, [MINUTE]), 60_000)
      about(await turns.take('g', { id: '4' }, [MINUTE]), 60_000)
      about(await turns.take('g', { id: '5' }, [MINUTE]), 120_000)
      about(await turns.take('g', { id: '6' }, [MINUTE]), 120_000)
      about(await turns.take('g', { id: '7' }, [MINUTE]), 180_000)
    })

    it('serves those who wait in the order in which they came, and who comes later after them', async () => {
      await granted('h', ['1', '2', '3', '4', '5', '6'])
      await advance(60_000)
      assert.deepEqual(await granted('h', ['late', '6', '5', '4', '3']), ['4', '3'])
      await advance(60_000)
      assert.deepEqual(await granted('h', ['late', '6', '5']), ['6', '5'])
      await advance(60_000)
      assert.deepEqual(await granted('h', ['late']), ['late'])
    })

    it('keeps the place of one whose turn came to nothing', async () => {
      const { since } = await turns.take('i', { id: '1' }, [MINUTE])
      await advance(1)
      await granted('i', ['2', '3', '4'])
      about(await turns.take('i', { id: '1', since }, [MINUTE]), 60_000)
      about(await turns.take('i', { id: '3' }, [MINUTE]), 60_000)
      about(await turns.take('i', { id: '4' }, [MINUTE]), 120_000)
    })

    it('gives the place of one who does not come back to the next', async () => {
      await granted('j', ['1', '2', 'gone', '4', '5'])
      await advance(60_000)
      assert.deepEqual(await granted('j', ['5', '4']), ['4'])
      await advance(60_000)
      assert.deepEqual(await granted('j', ['5', '6']), ['5', '6'])
    })

    it('holds everybody back, and then lets one at a time through until that has gone well for a while', async () => {
      await turns.holdBack('k', 30)
      about(await turns.take('k', { id: '1' }, [MINUTE]), 30_000)
      await advance(30_000)
      const { state, alone } = await turns.take('k', { id: '1' }, [MINUTE])
      assert.deepEqual({ state, alone }, { state: 'granted', alone: true })
      const next = await turns.take('k', { id: '2' }, [MINUTE])
      assert.deepEqual([next.state, next.waitMs], ['waiting', 500])
      await turns.end('k')
      assert.deepEqual(await granted('k', ['2']), ['2'])
      await turns.end('k')
      await advance(600_000)
      const [one, two] = [await turns.take('k', { id: '3' }, [MINUTE]), await turns.take('k', { id: '4' }, [MINUTE])]
      assert.deepEqual([one.state, one.alone, two.state, two.alone], ['granted', false, 'granted', false])
    })

    it('does not wait for one who has its turn alone and never ends it', async () => {
      await turns.holdBack('l', 1)
      await advance(1000)
      assert.deepEqual(await granted('l', ['crashes', '2'], []), ['crashes'])
      await advance(60_000)
      assert.deepEqual(await granted('l', ['2'], []), ['2'])
    })

    it('holds back no shorter because of a later, shorter refusal', async () => {
      await turns.holdBack('m', 300)
      await turns.holdBack('m', 10)
      about(await turns.take('m', { id: '1' }, []), 300_000)
    })

    it('keeps no place for a wait longer than an hour, the time waited before included', async () => {
      await turns.holdBack('n', 3000)
      about(await turns.take('n', { id: '1' }, []), 3_000_000)
      await advance(3_000_000)
      await turns.holdBack('n', 1200)
      assert.equal(stateOf(await turns.take('n', { id: '1' }, [])), 'too_long')
      about(await turns.take('n', { id: '2' }, []), 1_200_000)
      await turns.holdBack('n', 3700)
      assert.equal(stateOf(await turns.take('n', { id: '3' }, [])), 'too_long')
    })

    it(`keeps ${MAX_PLACES} places, and tells the others when to come`, async () => {
      const oneASecond = [{ calls: 1, ms: 1000 }]
      await subject.fill('o', MAX_PLACES - 1)
      const waits: number[] = []
      for (const id of ['last', 'one too many', 'another']) {
        waits.push((await turns.take('o', { id }, oneASecond)).waitMs)
        await advance(1)
      }
      assert.deepEqual(waits, [999_000, 1_000_000, 1_000_000])
    })
  })
}

describeTurns('memory', async () => {
  let time = Date.now()
  const store = createMemoryStore({ now: () => time })
  return {
    turns: store.turns,
    async advance(ms) {
      time += ms
    },
    async fill(queue, places) {
      await store.turns.holdBack(queue, 1)
      for (let id = 0; id < places; id++) await store.turns.take(queue, { id: `${id}` }, [])
      time += 1000
    },
    close: () => store.close(),
  }
})

const url = process.env.MONGODB_URL
if (url) {
  describeTurns('MongoDB', async () => {
    const database = `cts-test-${randomUUID()}`
    const store = await createMongoStore(url, database)
    const client = new MongoClient(url)
    const db = client.db(database)
    // time passes for the database when every date in it is set back
    const earlier = (date: string, ms: number) => ({ $subtract: [date, ms] })
    return {
      turns: store.turns,
      async advance(ms) {
        await db.collection('turns').updateMany({}, [
          {
            $set: {
              heldUntil: earlier('$heldUntil', ms),
              cautiousUntil: earlier('$cautiousUntil', ms),
              aloneUntil: earlier('$aloneUntil', ms),
              calls: { $map: { input: { $ifNull: ['$calls', []] }, as: 'call', in: earlier('$$call', ms) } },
              waiting: {
                $map: {
                  input: { $ifNull: ['$waiting', []] },
                  as: 'one',
                  in: {
                    id: '$$one.id',
                    since: earlier('$$one.since', ms),
                    keptUntil: earlier('$$one.keptUntil', ms),
                  },
                },
              },
            },
          },
        ])
      },
      async fill(queue, places) {
        const [since, keptUntil] = [new Date(Date.now() - 1000), new Date(Date.now() + 60_000)]
        const waiting = Array.from({ length: places }, (_, id) => ({ id: `${id}`, since, keptUntil }))
        await db.collection<{ _id: string }>('turns').insertOne({ _id: queue, calls: [], waiting } as { _id: string })
      },
      async close() {
        await store.close()
        await db.dropDatabase()
        await client.close()
      },
    }
  })
}
