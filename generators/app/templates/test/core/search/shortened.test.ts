import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hit, text } from '../../../src/core/protocol/hit.ts'
import { shortened } from '../../../src/core/search/result.ts'
import { failed, found } from './outcomes.ts'

const hitOf = (letters: string) => hit(text('T', letters))
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))
const leftOut = (count: number) =>
  hit(text('Left out', `${count} of its hits: all hits together are larger than can be kept`))
const [small, middle, large] = ['a', 'b'.repeat(100), 'ä'.repeat(1000)].map(hitOf) as [
  ReturnType<typeof hitOf>,
  ReturnType<typeof hitOf>,
  ReturnType<typeof hitOf>,
]

describe('outcomes that are kept', () => {
  it('are whole when they fit', () => {
    const outcomes = [found('a', [small, large]), found('b', []), failed('c', 'no', { hits: [middle], at: 1 })]
    assert.deepEqual(shortened(outcomes), outcomes)
    const all = bytesOf(small) + bytesOf(large) + bytesOf(middle)
    assert.deepEqual(shortened(outcomes, all), outcomes)
    assert.notDeepEqual(shortened(outcomes, all - 1), outcomes)
  })

  it('lose the hits that do not fit, and say how many', () => {
    const outcomes = [found('a', [large, small, large]), found('b', [middle])]
    assert.deepEqual(shortened(outcomes, bytesOf(small) + bytesOf(middle)), [
      found('a', [small, leftOut(2)]),
      found('b', [middle]),
    ])
  })

  it('lose hits of an earlier time too', () => {
    const outcomes = [found('a', [middle]), failed('b', 'no', { hits: [small, middle], at: 1 }), failed('c', 'no')]
    assert.deepEqual(shortened(outcomes, bytesOf(middle) + bytesOf(small)), [
      found('a', [middle]),
      failed('b', 'no', { hits: [small, leftOut(1)], at: 1 }),
      failed('c', 'no'),
    ])
  })

  it('fit into a document of MongoDB, whatever there is', () => {
    const hits = Array.from({ length: 100 }, () => hitOf('x'.repeat(9000)))
    const outcomes = Array.from({ length: 30 }, (_, number) => found(`source-${number}`, hits))
    const bytes = bytesOf(shortened(outcomes))
    assert.ok(bytes > 11_900_000 && bytes < 12_100_000, `${bytes} bytes`)
  })
})
