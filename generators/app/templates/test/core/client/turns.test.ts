import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'
import { createMoonClient, full, moonAnswers, status } from './ask-moon.ts'
import { lookup } from './moon.ts'

const perMinute = (calls: number) => [{ name: 'moon', windows: [{ calls, ms: 60_000 }] }]

/** A client whose source has a limit, and a turn of it. */
async function createLimited(calls: number) {
  const quotas = perMinute(calls)
  const client = createMoonClient({ settings: { quotas } })
  const [turn] = await client.limiter.take(quotas, 1)
  const left = async () => (await client.limiter.take(quotas, 100)).length
  return { ...client, turn, left }
}

describe('the turn that a look-up begins with', () => {
  it('is that of its first call', async () => {
    const { ask, clock, requests, turn, left } = await createLimited(1)
    assert.deepEqual(await ask(moonAnswers(full), lookup, { turn }), { phase: 'full' })
    assert.deepEqual([requests.length, clock.waits, await left()], [1, [], 0])
  })

  it('is given back when the look-up makes no call', async () => {
    const { lookUp, turn, left } = await createLimited(1)
    await lookUp(moonAnswers(full), async () => {}, { turn })
    assert.equal(await left(), 1)
  })

  it('is given back when the source lacks its key', async () => {
    const quotas = perMinute(1)
    const { ask, limiter } = createMoonClient({ settings: { quotas, keys: [] } })
    const [turn] = await limiter.take(quotas, 1)
    await assert.rejects(ask(moonAnswers(full), lookup, { turn }), { kind: 'key_refused' })
    assert.equal((await limiter.take(quotas, 1)).length, 1)
  })

  it('is given back when the source is left alone, since it has failed many times', async () => {
    const { ask, turn, left, limiter } = await createLimited(100)
    await limiter.giveBack(turn!)
    for (let n = 0; n < 5; n++) {
      const [own] = await limiter.take([turn!.quota], 1)
      await assert.rejects(ask(moonAnswers(status(500)), { ...lookup, json: {} }, { turn: own }))
    }
    const [unused] = await limiter.take([turn!.quota], 1)
    await assert.rejects(ask(moonAnswers(full), lookup, { turn: unused }), { message: /^Moon has failed 5 times/ })
    assert.equal(await left(), 95)
  })

  it('is not given back after a failure of its call', async () => {
    const { ask, turn, left } = await createLimited(1)
    await assert.rejects(ask(moonAnswers(status(404)), lookup, { turn }), { kind: 'unexpected_answer' })
    assert.equal(await left(), 0)
  })

  it('is no reason to fail when it cannot be given back', async () => {
    const rates = { update: () => Promise.reject(new StoreUnavailableError('away')) }
    const { lookUp } = createMoonClient({ rates })
    const turn = { quota: perMinute(1)[0]!, at: 0, alone: false }
    assert.equal(await lookUp(moonAnswers(full), async () => 'well', { turn }), 'well')
  })
})

describe('a further call of a look-up', () => {
  it('waits for its turn, if that comes soon', async () => {
    const quotas = [{ name: 'moon', windows: [{ calls: 1, ms: 3000 }] }]
    const { lookUp, clock } = createMoonClient({ settings: { quotas } })
    await lookUp(moonAnswers(full), async (ask) => {
      await ask(lookup)
      await ask(lookup)
    })
    assert.deepEqual(clock.waits, [3000])
  })

  it('fails when its turn is further away, and is not made', async () => {
    const { lookUp, clock, requests, turn } = await createLimited(1)
    await assert.rejects(
      lookUp(
        moonAnswers(full),
        async (ask) => {
          await ask(lookup)
          await ask(lookup)
        },
        { turn },
      ),
      {
        kind: 'rate_limited',
        message: 'Moon takes no more calls for now: the next is possible in about 1 min',
      },
    )
    assert.deepEqual([requests.length, clock.waits], [1, []])
  })

  it('is made with another key when the first has no turn', async () => {
    const quotas = ['a', 'b'].map((key) => ({ name: `moon:${key}`, windows: [{ calls: 2, ms: 60_000 }] }))
    const { lookUp, limiter, clock, requests } = createMoonClient({ settings: { keys: ['one', 'other'], quotas } })
    await limiter.take([quotas[0]!], 2)
    await lookUp(moonAnswers(full), async (ask) => {
      await ask(lookup)
      await ask(lookup)
    })
    assert.deepEqual(
      requests.map(({ headers }) => headers.get('x-key')),
      ['other', 'other'],
    )
    assert.deepEqual(clock.waits, [])
  })
})
