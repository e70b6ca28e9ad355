import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineSource } from '../../../src/core/client/source.ts'
import { GateError, type Guard } from '../../../src/core/gate/decide.ts'
import { StoreUnavailableError } from '../../../src/core/store/store.ts'
import { answersOf, createMoonClient, full, moonAnswers, seen, status } from './ask-moon.ts'
import { createLatch } from './latch.ts'
import { lookup } from './moon.ts'

const sun = defineSource({ id: 'sun', title: 'Sun', url: 'https://sun.example', lookUp: {} })
const told = { ...seen, source: 'moon', reach: 'query', search: 'a' }

describe('what a source is told', () => {
  it('is in the ledger before it is sent, once for each call', async () => {
    const client = createMoonClient()
    const atCall: number[] = []
    const counting = (answer: () => Response) => () => {
      atCall.push(client.told.length)
      return answer()
    }
    await client.ask(moonAnswers(counting(status(503)), counting(full)), lookup)
    assert.deepEqual(
      [client.told, atCall],
      [
        [told, told],
        [1, 2],
      ],
    )
  })

  it('is in the ledger of the search, as the look-up was given it', async () => {
    const client = createMoonClient()
    const part = { type: 'hash.sha256', value: 'ab', cut: true }
    await client.ask(moonAnswers(full), lookup, { guard: () => part, search: 'b' })
    assert.deepEqual(client.told, [{ ...part, source: 'moon', reach: 'query', search: 'b' }])
  })

  for (const reach of ['local', 'own'] as const) {
    it(`is not in the ledger when its reach is "${reach}"`, async () => {
      const client = createMoonClient({ settings: { reach } })
      await client.ask(moonAnswers(full), lookup)
      assert.deepEqual([client.told, client.requests.length], [[], 1])
    })
  }

  it('is not sent when the ledger cannot have it', async () => {
    const ledger = { record: () => Promise.reject(new StoreUnavailableError('away')) }
    const { ask, requests } = createMoonClient({ ledger })
    await assert.rejects(ask(moonAnswers(full), lookup), { name: 'StoreUnavailableError' })
    assert.deepEqual(requests, [])
  })

  it('is not sent, nor in the ledger, when the gate refuses it, and takes no turn', async () => {
    const quotas = [{ name: 'moon', windows: [{ calls: 1, ms: 60_000 }] }]
    const client = createMoonClient({ settings: { quotas } })
    const [turn] = await client.limiter.take(quotas, 1)
    const guard: Guard = ({ id }) => {
      throw new GateError(`${id} may not see it`)
    }
    await assert.rejects(client.ask(moonAnswers(full), lookup, { guard, turn }), { message: 'moon may not see it' })
    assert.deepEqual([client.requests, client.told], [[], []])
    assert.equal((await client.limiter.take(quotas, 1)).length, 1)
  })

  it('is not sent, nor in the ledger, when its time is over once another has found the source well again', async () => {
    const client = createMoonClient()
    const notRepeated = { ...lookup, repeatable: false }
    for (let i = 0; i < 5; i++) await assert.rejects(client.ask(moonAnswers(status(503)), notRepeated))
    client.clock.advance(30_000)
    const latch = createLatch<Response>()
    const limit = new AbortController()
    const trial = client.ask(
      moonAnswers(() => latch.promise),
      lookup,
    )
    const late = client.ask(moonAnswers(full), lookup, { signal: limit.signal })
    limit.abort(new Error('no answer within 120 s'))
    latch.open(full())
    await trial
    await assert.rejects(late, { message: 'no answer within 120 s' })
    assert.deepEqual([client.requests.length, client.told.length], [6, 6])
  })

  it('is asked of the gate for the source that is really asked, with what this may see', async () => {
    const asked: unknown[] = []
    const guard: Guard = ({ id }, { reach, maySee }) => {
      asked.push([id, reach, [...maySee]])
      return seen
    }
    const client = createMoonClient({ others: [sun], settings: { reach: 'own', maySee: new Set(['own']) } })
    await client.lookUp(
      [moonAnswers(full), answersOf(sun, full)],
      async (ask) => {
        await ask(lookup)
        await ask(sun, lookup)
      },
      { asks: [sun], guard },
    )
    assert.deepEqual(asked, [
      ['moon', 'own', ['own']],
      ['sun', 'query', []],
    ])
    assert.deepEqual(
      client.told.map(({ source }) => source),
      ['sun'],
    )
  })
})
