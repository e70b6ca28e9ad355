import { setImmediate } from 'node:timers/promises'
import type { ActiveSearch, LiveReplica, WatchStore } from '../store.ts'

/** An active search, and who holds it. */
export interface Entry {
  search: ActiveSearch
  owner?: string | undefined
  leaseUntil: number
  token: number
}

/** So many searches are looked at in one turn of the event loop: requests do not wait for the others. */
const AT_ONCE = 2000

/** Looks at each active search, however many there are. */
export async function lookThrough(active: ReadonlyMap<string, Entry>, look: (entry: Entry) => void): Promise<void> {
  let looked = 0
  for (const entry of active.values()) {
    look(entry)
    if (++looked % AT_ONCE === 0) await setImmediate()
  }
}

/**
 * What the operator's side looks at, in one process.
 * @param active the active searches by id.
 * @param now the clock, in milliseconds since 1970.
 */
export function createMemoryWatch(active: ReadonlyMap<string, Entry>, now: () => number): WatchStore {
  const replicas = new Map<string, LiveReplica & { aliveUntil: number }>()
  const alerts = new Map<string, { owner: string; until: number }>()
  return {
    async waiting(lookUps, limit) {
      const lines = new Map(lookUps.map((lookUp) => [lookUp, { count: 0, first: { rank: Infinity, enteredAt: 0 } }]))
      await lookThrough(active, ({ owner, search }) => {
        if (owner !== undefined) return
        for (const lookUp of search.pending) {
          const line = lines.get(lookUp)
          if (!line) continue
          line.count += 1
          if (search.rank < line.first.rank) line.first = search
        }
      })
      return Array.from(lines, ([lookUp, { count, first }]) => ({
        lookUp,
        count: Math.min(limit, count),
        ...(count > 0 && { since: first.enteredAt }),
      }))
    },

    async findActive(id) {
      const entry = active.get(id)
      if (!entry) return undefined
      const { artifact: _, file: __, rank: ___, ...view } = structuredClone(entry.search)
      return { ...view, isHeld: entry.owner !== undefined, now: now() }
    },

    async beat({ id, host }, aliveSecs) {
      const startedAt = replicas.get(id)?.startedAt ?? now()
      replicas.set(id, { id, host, startedAt, seenAt: now(), aliveUntil: now() + aliveSecs * 1000 })
    },

    async leave(id) {
      replicas.delete(id)
    },

    async replicas() {
      return [...replicas.values()]
        .filter(({ aliveUntil }) => aliveUntil > now())
        .map(({ id, host, startedAt, seenAt }) => ({ id, host, startedAt, seenAt }))
        .toSorted((a, b) => a.startedAt - b.startedAt)
    },

    async claimAlert({ key, owner, forMs }) {
      const claimed = alerts.get(key)
      if (claimed && claimed.owner !== owner && claimed.until > now()) return false
      alerts.set(key, { owner, until: now() + forMs })
      return true
    },
  }
}
