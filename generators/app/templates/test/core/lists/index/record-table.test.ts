import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryPool } from '../../../../src/core/lists/index/memory-pool.ts'
import { RecordTable } from '../../../../src/core/lists/index/record-table.ts'

describe('a record table', () => {
  it('finds each of many values with its details, and nothing else', () => {
    const table = new RecordTable()
    for (let i = 0; i < 50_000; i++) table.set(`value-${i}`, i % 3 === 0 ? `about ${i}` : '')
    assert.equal(table.size, 50_000)
    for (let i = 0; i < 50_000; i++) {
      assert.equal(table.get(`value-${i}`), i % 3 === 0 ? `about ${i}` : '')
      assert.equal(table.get(`value-${i}x`), undefined)
      assert.equal(table.get(`alue-${i}`), undefined)
    }
  })

  it('tells values apart that begin alike, are cut by a zero, or are empty', () => {
    const table = new RecordTable()
    table.set('a', 'b')
    assert.equal(table.get('a\0b'), undefined)
    assert.equal(table.get('a\0b\0'), undefined)
    assert.equal(table.get(''), undefined)
    table.set('')
    assert.equal(table.get(''), '')
  })

  it('gives a value other details', () => {
    const table = new RecordTable()
    table.set('a', 'one')
    table.set('a', 'two')
    assert.equal(table.size, 1)
    assert.equal(table.get('a'), 'two')
    assert.deepEqual([...table.entries()], [['a', 'two']])
  })

  it('lists what it holds', () => {
    const table = new RecordTable({ expected: 3 })
    table.set('bücher', 'ä')
    table.set('b')
    assert.deepEqual(new Map(table.entries()), new Map([['bücher', 'ä'], ['b', '']])) // prettier-ignore
  })

  it('keeps the longest URL that there can be, and refuses what is longer', () => {
    const table = new RecordTable()
    const long = '€'.repeat(8192)
    table.set(long, 'x'.repeat(200_000))
    assert.equal(table.get(long)?.length, 200_000)
    assert.throws(() => table.set(`${long}€`), RangeError)
    assert.throws(() => table.set('a'.repeat(24_577)), RangeError)
    assert.throws(() => table.set('b', 'x'.repeat(200_001)), RangeError)
    assert.equal(table.get(`${long}€`), undefined)
    assert.equal(table.get('a'.repeat(10_000_000)), undefined)
    assert.equal(table.size, 1)
  })

  it('fills block after block', () => {
    const table = new RecordTable()
    const details = 'x'.repeat(10_000)
    for (let i = 0; i < 200; i++) table.set(String(i), details)
    for (let i = 0; i < 200; i++) assert.equal(table.get(String(i)), details)
  })

  it('takes no more memory than it may, and none for other details that are as long', () => {
    const table = new RecordTable({ maxBytes: 2 ** 19 })
    table.set('a', 'x'.repeat(200_000))
    for (let i = 0; i < 100; i++) table.set('a', String(i % 10).repeat(200_000 - i))
    table.set('b', 'y'.repeat(200_000))
    assert.throws(() => table.set('c', 'z'.repeat(200_000)), {
      name: 'BrokenList',
      message: 'takes more than 0.5 MB of memory: take some entries out',
    })
    assert.deepEqual([table.get('a'), table.get('b')], ['9'.repeat(199_901), 'y'.repeat(200_000)])
    assert.deepEqual([...table.entries()].map(([value]) => value).toSorted(), ['a', 'b'])
  })

  it('is empty once it is released, and the next one of its memory holds its own values alone', () => {
    const pool = new MemoryPool()
    const first = new RecordTable({ expected: 1000, pool })
    for (let i = 0; i < 1000; i++) first.set(`first-${i}`, 'about it')
    first.release()
    assert.equal(first.size, 0)
    assert.equal(first.get('first-1'), undefined)
    const second = new RecordTable({ expected: 1000, pool })
    assert.equal(second.get('first-1'), undefined)
    for (let i = 0; i < 1000; i++) second.set(`second-${i}`)
    assert.equal(second.size, 1000)
    assert.equal(second.get('second-999'), '')
    assert.equal(first.get('second-999'), undefined)
    assert.deepEqual([...first.entries()], [])
  })
})
