import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLedger, ledgerValue, type Egress, type LedgerParts } from '../../../src/core/gate/ledger.ts'
import { StoreUnavailableError, type EgressRecord } from '../../../src/core/store/store.ts'

const key = Buffer.alloc(32, 1)
const egress: Egress = {
  type: 'net.name',
  value: 'malware.example',
  cut: false,
  source: 'moon',
  reach: 'query',
  search: 'a',
}

/** A ledger whose store keeps what it is given, group by group. */
function createLedgerUnderTest(parts: Partial<LedgerParts> = {}) {
  const groups: (readonly EgressRecord[])[] = []
  const store = {
    insert: async (records: readonly EgressRecord[]) => void groups.push(records),
    async *find() {},
  }
  return { groups, ledger: createLedger({ store, mode: 'keyed', days: 30, key, replica: 'alice', ...parts }) }
}

describe('the ledger', () => {
  it('has who was told what, when, for which search, by which replica, and until when it is kept', async () => {
    const { ledger, groups } = createLedgerUnderTest({ days: 2 })
    const before = Date.now()
    await ledger.record({ ...egress, cut: true })
    const [[record] = []] = groups
    assert.ok(record && record.at.getTime() >= before && record.at.getTime() <= Date.now())
    const { at, expiresAt, ...rest } = record
    assert.equal(expiresAt.getTime() - at.getTime(), 2 * 86_400_000)
    const value = ledgerValue(egress.type, egress.value, { mode: 'keyed', key })
    assert.deepEqual(rest, { ...egress, value, cut: true, replica: 'alice' })
  })

  it('writes what comes together together, 500 at most, and tells each when it is written', async () => {
    const { ledger, groups } = createLedgerUnderTest()
    await Promise.all(Array.from({ length: 501 }, () => ledger.record(egress)))
    assert.deepEqual(
      groups.map(({ length }) => length),
      [500, 1],
    )
    await ledger.record(egress)
    assert.equal(groups.length, 3)
  })

  it('fails for each call of a group that cannot be written', async () => {
    const store = {
      insert: () => Promise.reject(new StoreUnavailableError('away')),
      async *find() {},
    }
    const { ledger } = createLedgerUnderTest({ store })
    const ended = await Promise.allSettled([ledger.record(egress), ledger.record(egress)])
    assert.deepEqual(
      ended.map((one) => one.status === 'rejected' && (one.reason as Error).message),
      ['away', 'away'],
    )
  })

  it('is empty when it is off', async () => {
    const { ledger, groups } = createLedgerUnderTest({ mode: 'off' })
    await ledger.record(egress)
    assert.deepEqual(groups, [])
  })

  it('has values in clear if that is wanted, lists and objects as JSON', () => {
    const clear = (type: string, value: unknown) => ledgerValue(type, value, { mode: 'clear', key })
    assert.equal(clear('net.name', 'malware.example'), 'malware.example')
    assert.equal(clear('email.header.to', ['a@b.example']), '["a@b.example"]')
    assert.equal(clear('system.registry', { key: 'k', entry_name: 'n' }), '{"entry_name":"n","key":"k"}')
    assert.equal(clear('net.port', 443), '443')
  })

  it('has digests else, which differ by type, value and key', () => {
    const keyed = (type: string, value: string, by = key) => ledgerValue(type, value, { mode: 'keyed', key: by })
    const all = [
      keyed('net.name', 'a.example'),
      keyed('net.uri', 'a.example'),
      keyed('net.name', 'b.example'),
      keyed('net.name', 'a.example', Buffer.alloc(32, 2)),
    ]
    assert.ok(all.every((value) => /^[0-9a-f]{64}$/.test(value)))
    assert.equal(new Set(all).size, 4)
    assert.equal(keyed('net.name', 'a.example'), all[0])
  })

  it('has a password in clear in no mode', () => {
    for (const mode of ['keyed', 'clear'] as const) {
      assert.match(ledgerValue('system.user.password', 'hunter2', { mode, key }), /^[0-9a-f]{64}$/)
    }
  })
})
