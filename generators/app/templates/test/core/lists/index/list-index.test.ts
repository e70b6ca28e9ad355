import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ListIndex } from '../../../../src/core/lists/index/list-index.ts'
import { parseNetwork } from '../../../../src/core/protocol/network.ts'
import { toEntry } from '../../../../src/core/lists/entry.ts'

function indexOf(values: string[], overlaps = false): ListIndex {
  const index = new ListIndex({ overlaps })
  for (const value of values) index.add(toEntry(value)!)
  return index
}

const matched = (found: { entry: string; matched: string }[]) => found.map((one) => `${one.entry} ${one.matched}`)

describe('the index of a list', () => {
  it('finds a name, and what is beneath one only if its entry says so', () => {
    const index = indexOf(['evil.example', '.bad.example'])
    assert.deepEqual(matched(index.findName('evil.example')), ['evil.example exactly'])
    assert.deepEqual(matched(index.findName('www.evil.example')), [])
    assert.deepEqual(matched(index.findName('bad.example')), ['.bad.example exactly'])
    assert.deepEqual(matched(index.findName('a.b.bad.example')), ['.bad.example beneath bad.example'])
    assert.deepEqual(matched(index.findName('notbad.example')), [])
    assert.deepEqual(matched(index.findName('bad.example.com')), [])
  })

  it('finds an address and each network that holds it, the smallest first', () => {
    const index = indexOf(['203.0.113.0/24', '203.0.0.0/16', '10.0.0.0/8', '2001:db8::/32', '::/0'])
    index.add(toEntry('203.0.113.7')!)
    assert.deepEqual(matched(index.findNetwork(parseNetwork('203.0.113.7')!)), [
      '203.0.113.7 exactly',
      '203.0.113.0/24 in 203.0.113.0/24',
      '203.0.0.0/16 in 203.0.0.0/16',
    ])
    assert.deepEqual(matched(index.findNetwork(parseNetwork('203.1.0.0')!)), [])
    assert.deepEqual(matched(index.findNetwork(parseNetwork('2001:db8:1::7')!)), [
      '2001:db8::/32 in 2001:db8::/32',
      '::/0 in ::/0',
    ])
    assert.deepEqual(matched(index.findNetwork(parseNetwork('2001:db9::')!)), ['::/0 in ::/0'])
  })

  it('finds networks of any length', () => {
    for (let length = 0; length <= 32; length++) {
      const start = length === 0 ? '0.0.0.0' : '128.0.0.0'
      const index = indexOf([`${start}/${length}`])
      assert.equal(index.findNetwork(parseNetwork('128.0.0.0')!).length, 1, String(length))
      if (length > 0) assert.equal(index.findNetwork(parseNetwork('127.255.255.255')!).length, 0, String(length))
    }
    for (let length = 1; length <= 128; length++) {
      const index = indexOf([`8000::/${length}`])
      assert.equal(index.findNetwork(parseNetwork('8000::')!).length, 1, String(length))
      assert.equal(index.findNetwork(parseNetwork('8000::1')!).length, length === 128 ? 0 : 1, String(length))
      assert.equal(index.findNetwork(parseNetwork('7fff::1')!).length, 0, String(length))
    }
  })

  it('finds the networks that hold a network whole', () => {
    const index = indexOf(['10.0.0.0/8', '192.0.2.7/32'])
    index.add(toEntry('192.0.2.9')!)
    assert.deepEqual(matched(index.findNetwork(parseNetwork('10.1.0.0/16')!)), ['10.0.0.0/8 in 10.0.0.0/8'])
    assert.deepEqual(matched(index.findNetwork(parseNetwork('10.0.0.0/8')!)), ['10.0.0.0/8 exactly'])
    assert.deepEqual(matched(index.findNetwork(parseNetwork('8.0.0.0/6')!)), [])
    assert.deepEqual(matched(index.findNetwork(parseNetwork('192.0.2.9/32')!)), ['192.0.2.9 exactly'])
    assert.deepEqual(matched(index.findNetwork(parseNetwork('192.0.2.0/24')!)), [])
  })

  it('knows whether a network overlaps an entry', () => {
    const index = indexOf(['198.51.100.0/24', '2001:db8::/32'], true)
    for (let i = 0; i < 40; i++) index.add(toEntry(`203.0.113.${i}`)!)
    for (const network of [
      '198.51.0.0/16',
      '198.51.100.128/25',
      '203.0.113.39/32',
      '203.0.113.32/27',
      '2001::/16',
      '::/0',
    ])
      assert.equal(index.overlaps(parseNetwork(network)!), true, network)
    for (const network of ['198.52.0.0/16', '203.0.113.40/29', '2001:db9::/32'])
      assert.equal(index.overlaps(parseNetwork(network)!), false, network)
    assert.throws(() => indexOf([]).overlaps(parseNetwork('::/0')!), /overlaps: true/)
  })

  it('is done with a name at once, however long it is', () => {
    const index = indexOf(['.evil.example'])
    const begun = performance.now()
    assert.deepEqual(matched(index.findName('.'.repeat(10_000_000))), [])
    assert.deepEqual(matched(index.findName(`${'a.'.repeat(5_000_000)}evil.example`)), [
      '.evil.example beneath evil.example',
    ])
    assert.ok(performance.now() - begun < 1000)
  })
})
