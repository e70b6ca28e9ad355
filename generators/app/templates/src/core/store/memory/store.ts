import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Outcome } from '../../protocol/outcome.ts'
import { createFolderFiles } from './files.ts'
import { createMemoryTurns } from './turns.ts'
import type { ActiveSearch, ClaimedSearch, Claimant, Lease, NewResult, NewSearch, Result, Store } from '../store.ts'

const SWEEP_INTERVAL_MS = 60_000

interface Entry {
  search: ActiveSearch
  enteredAt: number
  /** In milliseconds: when anyone may claim it; while it is held, when its lease runs out. */
  takeableAt: number
  claimedAt: number
  attempts: number
  owner?: string
}

interface StoredResult {
  outcomes: Outcome[]
  claimedAt: number
  staleAt: number
  expiresAt: number
}

/**
 * The store for development and tests: the contract of the MongoDB store, in one process and gone with it. Like a
 * database it answers a look-up in a later turn of the event loop, which is also cheaper for requests that come together.
 * @param options.now the clock, in milliseconds since 1970.
 */
export function createMemoryStore({ now = Date.now }: { now?: () => number } = {}): Store {
  const secrets = new Map<string, Buffer>()
  const active = new Map<string, Entry>()
  const results = new Map<string, StoredResult>()
  const files = createFolderFiles()

  const sweep = setInterval(() => {
    for (const [id, { expiresAt }] of results) if (expiresAt <= now()) results.delete(id)
  }, SWEEP_INTERVAL_MS).unref()

  const take = (entry: Entry, { owner, leaseSecs }: Claimant): Lease => {
    entry.owner = owner
    entry.claimedAt = Math.max(now(), entry.claimedAt + 1)
    entry.takeableAt = now() + leaseSecs * 1000
    entry.attempts += 1
    return { id: entry.search.id, owner, claimedAt: new Date(entry.claimedAt) }
  }

  const held = ({ id, owner, claimedAt }: Lease): Entry | undefined => {
    const entry = active.get(id)
    return entry?.owner === owner && entry.claimedAt === claimedAt.getTime() ? entry : undefined
  }

  return {
    files,
    turns: createMemoryTurns(now),

    async secret(name, bytes) {
      const kept = secrets.get(name) ?? randomBytes(bytes)
      secrets.set(name, kept)
      return kept
    },

    async findResult(id): Promise<Result | undefined> {
      await setImmediate()
      const result = results.get(id)
      if (!result || result.expiresAt <= now()) return undefined
      return { outcomes: result.outcomes, stale: result.staleAt <= now() }
    },

    async findActive(id) {
      await setImmediate()
      const entry = active.get(id)
      return entry && copy(entry.search)
    },

    async enter({ id, artifact, file, searchers }: NewSearch, claimant) {
      const known = active.get(id)
      if (known) return { search: copy(known.search), created: false }
      const search: ActiveSearch = { id, artifact, file, pending: searchers, outcomes: [] }
      const entry: Entry = { search, enteredAt: now(), takeableAt: now(), claimedAt: 0, attempts: 0 }
      active.set(id, entry)
      return { search: copy(search), created: true, lease: claimant && take(entry, claimant) }
    },

    async claim(claimant, limit, busy = []) {
      const claimed: ClaimedSearch[] = []
      for (const entry of active.values()) {
        if (claimed.length >= limit) break
        if (entry.takeableAt > now() || entry.search.pending.every((name) => busy.includes(name))) continue
        const lease = take(entry, claimant)
        const waitedMs = now() - entry.enteredAt
        claimed.push({ search: copy(entry.search), lease, attempts: entry.attempts, waitedMs })
      }
      return claimed
    },

    async renew({ owner, leaseSecs }, ids) {
      const kept = ids.filter((id) => active.get(id)?.owner === owner)
      for (const id of kept) active.get(id)!.takeableAt = now() + leaseSecs * 1000
      return new Set(kept)
    },

    async record(lease, outcome) {
      const search = held(lease)?.search
      if (!search) return false
      search.outcomes.push(outcome)
      search.pending = search.pending.filter((name) => name !== outcome.searcher)
      return true
    },

    async release(lease, afterSecs = 0) {
      const entry = held(lease)
      if (!entry) return false
      entry.owner = undefined
      entry.attempts -= 1
      entry.takeableAt = now() + afterSecs * 1000
      // to the end of the queue: `claim` goes through the entries in the order of the map
      active.delete(lease.id)
      active.set(lease.id, entry)
      return true
    },

    async finish(lease, result?: NewResult) {
      const claimedAt = lease.claimedAt.getTime()
      const known = results.get(lease.id)
      if (result && (!known || known.claimedAt < claimedAt)) {
        results.set(lease.id, {
          outcomes: result.outcomes,
          claimedAt,
          staleAt: now() + result.freshSecs * 1000,
          expiresAt: now() + result.ttlSecs * 1000,
        })
      }
      const entry = held(lease)
      if (!entry) return false
      active.delete(lease.id)
      if (entry.search.file) await files.remove(entry.search.file.key)
      return true
    },

    async load() {
      const entries = [...active.values()]
      const running = entries.filter(({ owner, takeableAt }) => owner !== undefined && takeableAt > now()).length
      const oldest = Math.min(now(), ...entries.map(({ enteredAt }) => enteredAt))
      return { running, waiting: entries.length - running, oldestSecs: (now() - oldest) / 1000 }
    },

    // files go with the process: there is no crash to leave any
    async sweepFiles() {},
    async ping() {},

    async close() {
      clearInterval(sweep)
      await files.close()
    },
  }
}

/** A search as it is now: what is given out does not change with the store. */
function copy({ pending, outcomes, ...rest }: ActiveSearch): ActiveSearch {
  return { ...rest, pending: [...pending], outcomes: [...outcomes] }
}
