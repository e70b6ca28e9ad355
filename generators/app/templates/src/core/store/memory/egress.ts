import type { EgressFilter, EgressRecord, EgressStore } from '../store.ts'

/** How many records are kept. */
const MAX_RECORDS = 10_000

/** The ledger in one process: its last records. */
export function createMemoryEgress(): EgressStore {
  let records: EgressRecord[] = []
  return {
    async insert(some) {
      records = [...records, ...some].slice(-MAX_RECORDS)
    },
    async *find(filter) {
      const wanted = records.filter((record) => isWanted(record, filter))
      yield* wanted.toSorted((a, b) => a.at.getTime() - b.at.getTime())
    },
  }
}

function isWanted({ at, source, value }: EgressRecord, filter: EgressFilter): boolean {
  return (
    (filter.since === undefined || at >= filter.since) &&
    (filter.until === undefined || at < filter.until) &&
    (filter.source === undefined || source === filter.source) &&
    (filter.values === undefined || filter.values.includes(value))
  )
}
