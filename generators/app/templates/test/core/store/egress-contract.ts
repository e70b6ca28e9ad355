import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import type { EgressFilter, EgressRecord, Store } from '../../../src/core/store/store.ts'

/** A record of a minute, with a value of its own. */
export function egressOf(minute: number, rest: Partial<EgressRecord> = {}): EgressRecord {
  return {
    at: new Date(Date.UTC(2026, 0, 1, 0, minute)),
    source: 'moon',
    reach: 'query',
    type: 'net.name',
    value: `value ${minute}`,
    cut: false,
    search: 'a',
    replica: 'alice',
    expiresAt: new Date(Date.UTC(2036, 0, 1)),
    ...rest,
  }
}

/** What the ledger of every store promises. */
export function describeEgress(name: string, open: () => Promise<{ store: Store; close(): Promise<void> }>): void {
  describe(`the ledger of the ${name} store`, () => {
    let subject: Awaited<ReturnType<typeof open>>
    const records = [egressOf(1), egressOf(2, { source: 'sun' }), egressOf(3), egressOf(4, { cut: true })]
    before(async () => {
      subject = await open()
      // not in the order of their times, as replicas write them
      await subject.store.egress.insert(records.slice(2))
      await subject.store.egress.insert(records.slice(0, 2))
    })
    after(() => subject.close())

    const find = (filter: EgressFilter) => Readable.from(subject.store.egress.find(filter)).toArray()

    it('has the records as they were written, the oldest first', async () => {
      assert.deepEqual(await find({}), records)
    })

    it('finds those from a time on and before another, of a source, and of some values', async () => {
      const [since, until] = [records[1]!.at, records[3]!.at]
      assert.deepEqual(await find({ since, until }), records.slice(1, 3))
      assert.deepEqual(await find({ source: 'sun' }), [records[1]])
      assert.deepEqual(await find({ values: ['value 4', 'value 1', 'value 9'] }), [records[0], records[3]])
      assert.deepEqual(await find({ source: 'sun', values: ['value 1'] }), [])
    })
  })
}
