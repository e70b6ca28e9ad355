import type { Events } from '../../events.ts'
import { Minutes } from './minutes.ts'

/** What a source was not asked, and why, in the last hour. */
export interface KeptIn {
  title: string
  rule: string
  count: number
}

/** What stayed in the house lately, as far as this process was asked. */
export interface Kept {
  /** The most frequent first. */
  counts(): KeptIn[]
  /** How many artifacts came in the last hour, and how many of them were not what their type says. */
  malformed(): { artifacts: number; malformed: number }
}

/** Remembers what was kept in during the last hour. */
export function createKept(events: Events, now: () => number = Date.now): Kept {
  const minutes = new Minutes(
    () => ({ artifacts: 0, malformed: 0, kept: new Map<string, { title: string; rule: string; count: number }>() }),
    now,
  )
  events.on('request', ({ endpoint }) => {
    if (endpoint === 'scan') minutes.current().artifacts += 1
  })
  events.on('keptIn', ({ kept }) => {
    const counts = minutes.current()
    if (kept.some(({ rule }) => rule === 'malformed')) counts.malformed += 1
    for (const { title, rule } of kept) {
      const key = `${title} ${rule}`
      const count = counts.kept.get(key)?.count ?? 0
      counts.kept.set(key, { title, rule, count: count + 1 })
    }
  })

  return {
    counts() {
      const all = new Map<string, KeptIn>()
      for (const { kept } of minutes.last()) {
        for (const [key, one] of kept) all.set(key, { ...one, count: one.count + (all.get(key)?.count ?? 0) })
      }
      return [...all.values()].toSorted((a, b) => b.count - a.count)
    },
    malformed() {
      const all = minutes.last()
      const sum = (field: 'artifacts' | 'malformed') => all.reduce((some, one) => some + one[field], 0)
      return { artifacts: sum('artifacts'), malformed: sum('malformed') }
    },
  }
}
