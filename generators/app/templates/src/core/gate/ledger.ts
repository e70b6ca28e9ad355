import { createHmac } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { canonicalJson } from '../protocol/artifact.ts'
import type { EgressRecord, EgressStore } from '../store/store.ts'
import type { Reach, Told } from './decide.ts'

/** How many records are written at once. */
const MAX_RECORDS = 500
/** How many random bytes the key of the ledger's values has. */
export const LEDGER_KEY_BYTES = 32

/** A password is never written, in whatever mode. */
const PASSWORD_TYPE = 'system.user.password'

/** One call of a source that somebody outside learns of. */
export interface Egress extends Told {
  source: string
  reach: Reach
  /** The id of the search. */
  search: string
}

/** The ledger of who was told what. */
export interface Ledger {
  /**
   * Records a call before it is made. Calls that come while others are being written are written together.
   * @throws {StoreUnavailableError} when it cannot be recorded: the call must not be made then.
   */
  record(egress: Egress): Promise<void>
}

/** What the ledger is kept with. */
export interface LedgerParts {
  store: EgressStore
  mode: 'keyed' | 'clear' | 'off'
  /** How long a record is kept: in days. */
  days: number
  /** The key of keyed values. */
  key: Buffer
  /** The name of this replica. */
  replica: string
}

/** Opens the ledger. */
export function createLedger({ store, mode, days, key, replica }: LedgerParts): Ledger {
  if (mode === 'off') return { record: async () => {} }
  let group: { records: EgressRecord[]; written: Promise<void> } | undefined
  let last: Promise<unknown> = Promise.resolve()

  const openGroup = () => {
    const records: EgressRecord[] = []
    const written = Promise.allSettled([last, setImmediate()]).then(() => {
      if (group?.records === records) group = undefined
      return store.insert(records)
    })
    last = written
    return { records, written }
  }

  return {
    async record({ source, reach, type, value, cut, search }) {
      if (!group || group.records.length === MAX_RECORDS) group = openGroup()
      const at = new Date()
      const expiresAt = new Date(at.getTime() + days * 86_400_000)
      const shown = ledgerValue(type, value, { mode, key })
      group.records.push({ at, source, reach, type, value: shown, cut, search, replica, expiresAt })
      await group.written
    },
  }
}

/** A sent value as the ledger has it: an HMAC-SHA-256 of type and value in hexadecimal, or in clear but for passwords. */
export function ledgerValue(
  type: string,
  value: unknown,
  { mode, key }: { mode: 'keyed' | 'clear'; key: Buffer },
): string {
  if (mode === 'clear' && type !== PASSWORD_TYPE) return typeof value === 'string' ? value : canonicalJson(value)
  return createHmac('sha256', key).update(canonicalJson({ type, value })).digest('hex')
}
