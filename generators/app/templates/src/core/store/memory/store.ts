import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { RateState } from '../rate-windows.ts'
import type {
  ActiveSearch,
  Candidate,
  Claim,
  ClaimedSearch,
  EgressFilter,
  EgressRecord,
  EgressStore,
  Lease,
  NewResult,
  NewSearch,
  PendingSearch,
  ReadableRateStore,
  Store,
  StoredResult,
} from '../store.ts'
import { createFolderFiles } from './files.ts'
import { createMemoryWatch, lookThrough, type Entry } from './watch.ts'

const SWEEP_INTERVAL_MS = 60_000

type Kept = NewResult & Pick<StoredResult, 'token' | 'superseded'>

/**
 * The store for development and tests: the contract of the MongoDB store, in one process and gone with it. Like a
 * database it answers a look-up in a later turn of the event loop, which is also cheaper for requests that come together.
 * @param options.now the clock, in milliseconds since 1970.
 */
export function createMemoryStore({ now = Date.now }: { now?: () => number } = {}): Store {
  const secrets = new Map<string, Buffer>()
  const active = new Map<string, Entry>()
  const results = new Map<string, Kept>()
  const files = createFolderFiles()

  const sweep = setInterval(() => {
    for (const [id, { rememberedUntil }] of results) if (rememberedUntil <= now()) results.delete(id)
  }, SWEEP_INTERVAL_MS).unref()

  const free = () => [...active.values()].filter(({ owner }) => owner === undefined)
  const held = ({ id, token }: Lease): Entry | undefined => {
    const entry = active.get(id)
    return entry?.owner !== undefined && entry.token === token ? entry : undefined
  }
  const take = (entry: Entry, { claimant, begins }: Claim): ClaimedSearch => {
    const { owner, leaseSecs } = claimant
    entry.token += 1
    entry.owner = owner
    entry.leaseUntil = now() + leaseSecs * 1000
    mark(entry, begins, owner)
    const { id } = entry.search
    return { search: structuredClone(entry.search), lease: { id, owner, token: entry.token }, claimedAt: now() }
  }

  return {
    files,
    rates: createMemoryRates(now),
    egress: createMemoryEgress(),
    watch: createMemoryWatch(active, now),

    async secret(name, bytes) {
      const kept = secrets.get(name) ?? randomBytes(bytes)
      secrets.set(name, kept)
      return kept
    },

    async findResult(id): Promise<StoredResult | undefined> {
      await setImmediate()
      const kept = results.get(id)
      if (!kept) return undefined
      const { rememberedUntil: _, ...result } = kept
      return { ...result, now: now() }
    },

    async findPending(id) {
      await setImmediate()
      const entry = active.get(id)
      return entry && toPending(entry.search)
    },

    async supersede(id) {
      const kept = results.get(id)
      if (kept) results.set(id, { ...kept, superseded: true })
    },

    async enter(search, claim) {
      const known = active.get(search.id)
      if (known) return { search: toPending(known.search), created: false }
      const entry: Entry = { search: toActive(search, now()), leaseUntil: 0, token: search.token }
      active.set(search.id, entry)
      return { search: toPending(entry.search), created: true, ...(claim && { claimed: take(entry, claim) }) }
    },

    async waitingFor(lookUp, limit) {
      return free()
        .filter(({ search }) => search.pending.includes(lookUp))
        .toSorted((a, b) => a.search.rank - b.search.rank)
        .slice(0, limit)
        .map(toCandidate)
    },

    async overdue(limit) {
      return free()
        .filter(({ search }) => search.endsAt <= now())
        .slice(0, limit)
        .map(toCandidate)
    },

    async claim({ id, token }, claim) {
      const entry = active.get(id)
      return entry && entry.owner === undefined && entry.token === token ? take(entry, claim) : undefined
    },

    async begin(lease, lookUps) {
      const entry = held(lease)
      if (!entry) return false
      // once more changes nothing
      const { begun } = entry.search
      mark(
        entry,
        lookUps.filter((lookUp) => !begun[lookUp]?.includes(lease.owner)),
        lease.owner,
      )
      return true
    },

    async unbegin({ id, owner }, lookUps) {
      const entry = active.get(id)
      if (!entry) return
      const { begun } = entry.search
      for (const lookUp of lookUps) begun[lookUp] = (begun[lookUp] ?? []).filter((one) => one !== owner)
    },

    async renew({ owner, leaseSecs }, ids) {
      const kept = ids.filter((id) => active.get(id)?.owner === owner)
      for (const id of kept) active.get(id)!.leaseUntil = now() + leaseSecs * 1000
      return new Set(kept)
    },

    async record(lease, outcome) {
      const search = held(lease)?.search
      if (!search) return false
      search.outcomes.push(outcome)
      search.pending = search.pending.filter((lookUp) => lookUp !== outcome.lookUp)
      delete search.begun[outcome.lookUp]
      return true
    },

    async keepIn(lease, notAsked) {
      const search = held(lease)?.search
      if (!search) return false
      const isMade = (lookUp: string) => notAsked.every((one) => one.lookUp !== lookUp)
      search.pending = search.pending.filter(isMade)
      search.deferred = search.deferred.filter(isMade)
      search.notAsked.push(...notAsked)
      return true
    },

    async undefer(lease) {
      const search = held(lease)?.search
      if (!search) return false
      search.pending.push(...search.deferred)
      search.deferred = []
      return true
    },

    async release(lease, token = 0) {
      const entry = held(lease)
      if (!entry) return false
      entry.owner = undefined
      entry.token = Math.max(entry.token, token)
      return true
    },

    async freeLapsed() {
      for (const entry of active.values()) {
        if (entry.owner === undefined || entry.leaseUntil > now()) continue
        entry.owner = undefined
        if (entry.search.pending.length === 0) entry.search.endsAt = now()
      }
    },

    // no answer gets lost within a process
    async disown() {},

    async finish(lease, result) {
      const known = results.get(lease.id)
      if (result && (!known || known.token <= lease.token)) {
        results.set(lease.id, { ...result, token: lease.token, superseded: false })
      }
      const entry = held(lease)
      if (!entry) return false
      active.delete(lease.id)
      if (entry.search.file) await files.remove(entry.search.file.key)
      return true
    },

    async countActive() {
      return active.size
    },

    async load() {
      let [running, waiting, oldest] = [0, 0, now()]
      await lookThrough(active, ({ owner, search }) => {
        if (owner === undefined) waiting += 1
        else running += 1
        oldest = Math.min(oldest, search.enteredAt)
      })
      return { running, waiting, oldestSecs: (now() - oldest) / 1000 }
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

function toActive(search: NewSearch, now: number): ActiveSearch {
  const { rankAfterMs, endAfterSecs, token: _, ...rest } = structuredClone(search)
  return {
    ...rest,
    type: search.artifact.type,
    begun: {},
    enteredAt: now,
    rank: now + rankAfterMs,
    endsAt: now + endAfterSecs * 1000,
  }
}

function toPending({ id, type, outcomes, notAsked }: ActiveSearch): PendingSearch {
  return { id, type, outcomes: [...outcomes], notAsked }
}

function toCandidate({ search: { id, rank, begun }, token }: Entry): Candidate {
  return { id, token, rank, crashes: Math.max(0, ...Object.values(begun).map((owners) => owners.length)) }
}

function mark({ search: { begun } }: Entry, lookUps: readonly string[], owner: string): void {
  for (const lookUp of lookUps) begun[lookUp] = [...(begun[lookUp] ?? []), owner]
}

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

/**
 * How often sources were asked, in one process.
 * @param now the clock, in milliseconds since 1970.
 */
export function createMemoryRates(now: () => number): ReadableRateStore {
  const states = new Map<string, RateState>()
  return {
    async update(quota, decide) {
      const { state, result } = decide(states.get(quota), now())
      if (state) states.set(quota, state)
      return result
    },
    async read(quotas) {
      const known = quotas.flatMap((quota) => {
        const state = states.get(quota)
        return state ? [[quota, { state, now: now() }] as const] : []
      })
      return new Map(known)
    },
  }
}
