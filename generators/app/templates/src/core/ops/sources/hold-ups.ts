import type { SourceFacts } from './source-facts.ts'
import { BEHIND_MS, stateOf } from './source-state.ts'

/** Who waits for less at a source that wants to be left alone would not notice: in milliseconds. */
const HELD_MS = 5000
/** The same of one whose windows are full: that is what they are for. */
const SPENT_MS = BEHIND_MS

/** A source that searches wait for. */
export interface HoldUp {
  id: string
  title: string
  /** Since when the first of them has waited. */
  since: number
  /** How many wait. */
  waiting: number
  /** When it may be asked again, if that is known. */
  until?: number
  /** Whether it said so itself. */
  isTold: boolean
}

/** Whether a source holds searches up, and how. */
export function holdUpOf(facts: SourceFacts): HoldUp | undefined {
  const { id, title, waiting, turns } = facts
  if (!turns || !waiting?.count || waiting.since === undefined) return undefined
  const state = stateOf(facts)
  const holdUp = { id, title, since: waiting.since, waiting: waiting.count, isTold: state.kind === 'held' }
  if (state.kind === 'behind') return holdUp
  if (!('until' in state)) return undefined
  // by the whole wait of the first in line, which is the same from its beginning to its end
  const isLong = state.until - waiting.since > (state.kind === 'held' ? HELD_MS : SPENT_MS)
  return isLong ? { ...holdUp, until: state.until } : undefined
}

/** What has changed since the last look. */
export interface Changes {
  begun: HoldUp[]
  over: HoldUp[]
}

/** Follows which sources hold searches up, from one look to the next. */
export class HoldUps {
  readonly #current = new Map<string, HoldUp>()

  /** The hold-ups that go on, by the source's id. */
  get current(): ReadonlyMap<string, HoldUp> {
    return this.#current
  }

  /** Takes a look. What holds searches up does so until none waits for it, or it may be asked again. */
  update(all: readonly SourceFacts[]): Changes {
    const changes: Changes = { begun: [], over: [] }
    for (const facts of all) {
      const known = this.#current.get(facts.id)
      const found = holdUpOf(facts)
      if (found) {
        if (!known) changes.begun.push(found)
        this.#current.set(facts.id, { ...found, since: known?.since ?? found.since })
      } else if (known && isOver(facts)) {
        changes.over.push(known)
        this.#current.delete(facts.id)
      }
    }
    return changes
  }
}

/** Whether nobody need wait any longer; without the store nobody knows. */
function isOver({ waiting, turns }: SourceFacts): boolean {
  return waiting !== undefined && turns !== undefined && (waiting.count === 0 || turns.nextAt <= turns.now)
}
