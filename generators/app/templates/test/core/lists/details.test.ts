import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { describedAs, detailsAt, merge, toText } from '../../../src/core/lists/details.ts'
import { fastestOf } from '../stopwatch.ts'

const period = (description: string, validFrom?: number, validUntil?: number) =>
  toText({ description, validFrom, validUntil })
const at = (text: string, now: number) => detailsAt(text, now)?.description

describe('the details of an entry', () => {
  it('are kept as text, and a description alone as it is', () => {
    assert.equal(toText({}), '')
    assert.deepEqual(detailsAt('', 0), {})
    assert.equal(toText({ description: 'a "b"' }), 'a "b"')
    assert.deepEqual(detailsAt('a "b"', 0), { description: 'a "b"' })
    const details = { description: '[{', confidence: 80, labels: ['a', 'b'], tlp: 'TLP:RED', listedSince: 5 }
    assert.deepEqual(detailsAt(toText(details), 0), details)
    assert.deepEqual(detailsAt(describedAs('[{"description":"x"}]'), 0), { description: '[{"description":"x"}]' })
  })

  it('are cut to a size, and hold no controls', () => {
    assert.equal(describedAs(`a\0\n b${'x'.repeat(1000)}`).length, 500)
    assert.equal(describedAs('a\0\nb'), 'a b')
    const labels = Array.from({ length: 50 }, () => 'x'.repeat(1000))
    assert.equal(detailsAt(toText({ labels }), 0)?.labels?.length, 20)
    assert.equal(detailsAt(toText({ labels }), 0)?.labels?.[0]?.length, 100)
  })

  it('are cut at once, however much there is', () => {
    const long = 'a\0'.repeat(500_000)
    assert.equal(describedAs(long), `${'a '.repeat(249)}a…`)
    const ms = fastestOf(() => describedAs(long), 5)
    assert.ok(ms <= 5, `it took ${ms.toFixed(2)} ms`)
  })

  it('count from a time until another', () => {
    const text = period('a', 10, 20)
    assert.deepEqual([9, 10, 19, 20].map((now) => at(text, now)), [undefined, 'a', 'a', undefined]) // prettier-ignore
    assert.deepEqual([9, 10].map((now) => at(period('b', 10), now)), [undefined, 'b']) // prettier-ignore
  })

  it('of a value that is listed twice are those of the first, if that always counts', () => {
    assert.equal(merge('a', 'b'), 'a')
    assert.equal(merge('', period('b', 1, 2)), '')
  })

  it('of a value that is listed for several times count in each of them, with what the last to end says', () => {
    const apart = merge(period('a', 10, 20), period('b', 30, 40))
    assert.deepEqual([5, 15, 25, 35, 45].map((now) => at(apart, now)), [undefined, 'a', undefined, 'b', undefined]) // prettier-ignore
    const touching = merge(period('a', 10, 20), period('b', 15, 40))
    assert.deepEqual([5, 12, 35].map((now) => at(touching, now)), [undefined, 'b', 'b']) // prettier-ignore
    const inside = merge(period('a', 10, 50), period('b', 15, 40))
    assert.deepEqual([12, 45].map((now) => at(inside, now)), ['a', 'a']) // prettier-ignore
    assert.equal(at(merge(inside, 'c'), 5), 'c')
    assert.equal(at(merge(inside, 'c'), 45), 'c')
  })

  it('stay short, however often a value is listed', () => {
    let text = period('0', 0, 1)
    for (let i = 1; i < 100; i++) text = merge(text, period(String(i), i * 10, i * 10 + 1))
    assert.ok(text.length < 1000)
    assert.equal(at(text, 990), '99')
  })
})
