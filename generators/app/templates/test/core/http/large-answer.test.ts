import assert from 'node:assert/strict'
import { json } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { inPieces, isLarge } from '../../../src/core/http/large-answer.ts'

/** About 20 pieces. */
const LARGE = {
  id: 'x',
  hits: Array.from({ length: 100 }, (_, n) => ({ n, text: 'x"\n\u{1f600}\ud800'.repeat(1500) })),
}

describe('a large answer', () => {
  for (const [what, body] of [
    ['hits', LARGE],
    ['a result of tRPC', { result: { data: LARGE } }],
    ['a batch of tRPC', [{ result: { data: LARGE } }, { result: { data: LARGE } }]],
    ['what JSON leaves out', { a: undefined, b: [undefined, null, true, 0.5], c: {}, d: [], e: [[], {}] }],
    ['nothing', {}],
  ] as const) {
    it(`is the JSON of its body, with ${what}`, async () => {
      const whole: unknown = JSON.parse(Buffer.from(JSON.stringify(body)).toString())
      assert.deepEqual(await json(inPieces(body)), whole)
    })
  }

  it('is one that takes long to make at once', () => {
    assert.deepEqual([LARGE, { result: { data: LARGE } }, [LARGE]].map(isLarge), [true, true, true])
    assert.deepEqual([{ id: 'x', hits: [] }, { error: 'x' }].map(isLarge), [false, false])
    const deep = { hits: Array.from({ length: 100 }, () => ({ props: Array.from({ length: 100 }, () => ({})) })) }
    assert.equal(isLarge(deep), true)
  })

  it('is made in pieces, one in a turn of the event loop, however many are under way', async () => {
    let turn = 0
    let next = setImmediate(function begin() {
      turn++
      next = setImmediate(begin)
    })
    const turns: number[] = []
    const streams = Array.from({ length: 50 }, () => inPieces(LARGE))
    await Promise.all(
      streams.map(async (stream) => {
        for await (const _ of stream) turns.push(turn)
      }),
    )
    clearImmediate(next)
    assert.ok(turns.length > 500)
    assert.equal(new Set(turns).size, turns.length)
  })
})
