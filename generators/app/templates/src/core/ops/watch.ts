import type { Logger } from 'pino'
import { systemClock, type Clock } from '../time.ts'
import type { Events } from '../events.ts'
import type { ListStatus } from '../lists/list.ts'
import type { Condition } from './alerts.ts'
import type { Kept } from './recent.ts'
import { HoldUps, type HoldUp } from './sources/hold-ups.ts'
import { MAX_COUNTED } from './sources/read-sources.ts'
import type { SourceFacts } from './sources/source-facts.ts'
import { listTrouble } from './verdict.ts'
import { count, per, searches } from './words.ts'

/** How often it is looked whether something may hold searches up, which costs nothing: in milliseconds. */
const GLANCE_MS = 1000
/** How often the store is asked in any case, from the first of them on: in glances. */
const GLANCES = 60
/** Who holds searches up for longer is worth a mail: in milliseconds. */
const LONG_MS = 3_600_000
/** A window is a quota if it is at least so long: in milliseconds. */
const QUOTA_MS = 12 * 3_600_000
/** So much of a quota is nearly all. */
const NEARLY = 0.9
/** So many artifacts say something of their whole, and so large a part of them is more than a slip. */
const MANY_ARTIFACTS = 100
const MALFORMED_PART = 0.01
const DAY_MS = 86_400_000

/** What the watch works with. */
export interface WatchParts {
  sources(): Promise<readonly SourceFacts[]>
  /** Whether this replica knows of a source that may not be asked now. */
  mayHoldUp(): boolean
  kept: Kept
  /** The local lists of this replica. */
  lists(): readonly ListStatus[]
  events: Events
  log: Logger
  /** Tells whoever must act, if mails are wanted. */
  tell(condition: Condition): void
  clock?: Pick<Clock, 'now' | 'after'>
}

/** Looks after sources while nobody looks. */
export interface Watch {
  /** Looks now. */
  look(): Promise<void>
  stop(): void
}

/**
 * Writes one warning when a source begins to hold searches up and one when it no longer does, and tells of what has
 * gone on for long. It asks the store only when this replica knows of a reason to, or once a minute.
 */
export function startWatch(parts: WatchParts): Watch {
  const { sources, mayHoldUp, kept, lists, events, log, tell, clock = systemClock } = parts
  const holdUps = new HoldUps()
  let glances = 0

  events.on('breakerChanged', ({ source, open }) => {
    if (open)
      log.warn({ source }, 'the source has failed many times in a row: it is left alone, but for a try at times')
    else log.warn({ source }, 'the source answers again')
  })

  const look = async () => {
    const all = await sources()
    const { begun, over } = holdUps.update(all)
    for (const holdUp of begun) log.warn(logged(holdUp), beginning(holdUp))
    for (const { id, title } of over) log.warn({ source: id }, `${title} no longer holds searches up`)
    for (const condition of conditionsOf(all, { holdUps, kept, lists: lists(), now: clock.now() })) tell(condition)
  }

  let cancelGlance: () => void
  const glance = () => {
    cancelGlance = clock.after(GLANCE_MS, glance)
    const isDue = glances++ % GLANCES === 0
    if (!isDue && !mayHoldUp() && holdUps.current.size === 0) return
    look().catch((err) => log.debug({ err }, 'cannot look after sources'))
  }
  cancelGlance = clock.after(GLANCE_MS, glance)
  return { look, stop: () => cancelGlance() }
}

function logged({ id, until, since, waiting }: HoldUp): object {
  return { source: id, waiting, since: iso(since), ...(until !== undefined && { until: iso(until) }) }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function beginning({ title, isTold, until }: HoldUp): string {
  const why = isTold
    ? 'it wants to be left alone'
    : until === undefined
      ? 'it gets less done than comes in'
      : 'its rate limit is used up'
  return `${title} holds searches up: ${why}`
}

function conditionsOf(
  all: readonly SourceFacts[],
  { holdUps, kept, lists, now }: { holdUps: HoldUps; kept: Kept; lists: readonly ListStatus[]; now: number },
): Condition[] {
  const conditions: Condition[] = []
  for (const { id, title, since, waiting } of holdUps.current.values()) {
    if (now - since < LONG_MS) continue
    const text = `${title} has held searches up since ${iso(since)}: ${searches(waiting, MAX_COUNTED)} waiting`
    conditions.push({ key: `held up ${id}`, text })
  }
  for (const { id, title, turns } of all) {
    for (const { calls, ms, used } of turns?.windows ?? []) {
      if (ms < QUOTA_MS || used < NEARLY * calls) continue
      const text = `${title}: ${used} of ${calls} calls ${per(ms)} are used, and searches will wait for more`
      conditions.push({ key: `quota ${id} ${ms}`, text, repeatMs: DAY_MS })
    }
  }
  const { artifacts, malformed } = kept.malformed()
  if (artifacts >= MANY_ARTIFACTS && malformed > MALFORMED_PART * artifacts) {
    const text = `${malformed} of ${count(artifacts, 'artifact')} in an hour are not what their type says, and no public source was asked of them: see what SOAR sends`
    conditions.push({ key: 'malformed', text, repeatMs: DAY_MS })
  }
  for (const list of lists) {
    if (list.state !== 'ok') conditions.push({ key: `list ${list.list}`, text: listTrouble(list), repeatMs: DAY_MS })
  }
  return conditions
}
