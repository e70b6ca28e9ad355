import type { ListStatus } from '../lists/list.ts'
import type { Load } from '../store/store.ts'
import { MAX_COUNTED } from './sources/read-sources.ts'
import type { SourceFacts } from './sources/source-facts.ts'
import { holdUpOf } from './sources/hold-ups.ts'
import { stateOf, type SourceState } from './sources/source-state.ts'
import { clockTime, count, duration, searches } from './words.ts'

/** A search that no source holds up is done by then: in seconds. */
const STUCK_SECS = 900

/** What is judged. */
export interface Situation {
  /** Why the service is not ready, or nothing. */
  notReady?: string | undefined
  /** Since when the store has not answered. */
  storeAwaySince?: number | undefined
  /** What there is to do; nothing when the store does not answer. */
  load?: Load | undefined
  /** How many searches may wait and run. */
  maxWaiting: number
  sources: readonly SourceFacts[]
  /** The local lists of this replica. */
  lists: readonly ListStatus[]
  /** What is wrong with their folder. */
  listProblems: readonly string[]
  now: number
}

/** Whether all is well, and what is not: sentences of what is wrong, since when, and what to do. The worst comes first. */
export interface Verdict {
  isReady: boolean
  isWell: boolean
  sentences: string[]
}

/** Judges how the service is. */
export function verdictOf(situation: Situation): Verdict {
  const { notReady, storeAwaySince, sources, now } = situation
  const worstFirst = sources.toSorted((a, b) => gravityOf(a) - gravityOf(b))
  const wrong = [
    ...backlogTroubles(situation),
    ...worstFirst.flatMap((facts) => sourceTroubles(facts, now)),
    ...listTroubles(situation),
  ]
  if (notReady !== undefined) {
    const since = storeAwaySince === undefined ? '' : ` since ${clockTime(storeAwaySince, now)}`
    const what =
      storeAwaySince === undefined
        ? ''
        : ' Requests get 503, and SOAR sends them again: see that the database runs, and the network to it.'
    return { isReady: false, isWell: false, sentences: [`Not ready${since}: ${notReady}.${what}`, ...wrong] }
  }
  if (wrong.length > 0) return { isReady: true, isWell: false, sentences: wrong }
  const asked = sources.filter((facts) => facts.types.length > 0 && isAsked(facts)).length
  const waiting = situation.load?.waiting ?? 0
  const queue =
    waiting === 0
      ? 'nothing waits'
      : `${count(waiting, 'search', 'searches')} ${waiting === 1 ? 'waits' : 'wait'}, for no longer than usual`
  const who = asked === 0 ? 'no source is asked' : `${count(asked, 'source')} can be asked`
  return { isReady: true, isWell: true, sentences: [`All is well: ${who}, and ${queue}.`] }
}

function backlogTroubles({ load, maxWaiting, sources, now }: Situation): string[] {
  if (!load) return []
  const troubles: string[] = []
  if (load.running + load.waiting >= maxWaiting) {
    troubles.push(
      `${count(load.waiting, 'search', 'searches')} wait, which is all that may (CTS_MAX_WAITING): new artifacts get 503 until some are done.`,
    )
  }
  const isHeldUp = sources.some((facts) => holdUpOf(facts) !== undefined)
  if (load.oldestSecs > STUCK_SECS && !isHeldUp) {
    const since = clockTime(now - load.oldestSecs * 1000, now)
    troubles.push(
      `A search has had no result since ${since}, and no source holds it up: see the log of the replicas, and whether they run at all.`,
    )
  }
  return troubles
}

function sourceTroubles(facts: SourceFacts, now: number): string[] {
  const { title, activity, settings } = facts
  const state = stateOf(facts)
  const last = activity?.failures[0]
  const lastly = last ? ` Its last failure: ${last.message}.` : ''
  switch (state.kind) {
    case 'incomplete':
      return [
        `${title} cannot be asked: set ${state.setting}${state.from ? ` (${state.from})` : ''} and restart, or switch it off.`,
      ]
    case 'key refused':
      return [
        `${title} has refused its key since ${clockTime(state.since, now)}: put a valid one into ${settings?.key ?? 'its setting'}, and restart.`,
      ]
    case 'held':
    case 'spent':
    case 'behind':
      return holdUpTroubles(facts, now)
    case 'left alone':
      return [
        `${title} has failed many times in a row and has been left alone since ${clockTime(state.since, now)}, but for one try every 30 s: see whether it is well, and the way to it.${lastly}`,
      ]
    case 'failing':
      return [
        `${title} failed in ${state.failed} of ${count(state.of, 'look-up')} in the last five minutes: see whether it is well, and the way to it.${lastly}`,
      ]
    case 'slow':
      return [`${title} is slow: its look-ups take ${duration(state.meanMs)}, on average of the last five minutes.`]
    case 'off':
    case 'unfinished':
    case 'well':
      return []
  }
}

function holdUpTroubles(facts: SourceFacts, now: number): string[] {
  const holdUp = holdUpOf(facts)
  if (!holdUp) return []
  const { title, until, since, waiting, isTold } = holdUp
  const who = `${searches(waiting, MAX_COUNTED)} ${waiting === 1 ? 'has' : 'have'} waited for it since ${clockTime(since, now)}`
  if (until === undefined) {
    return [`${title} gets less done than comes in, and ${who}: see how long its look-ups take, and its rate limit.`]
  }
  const goOn = waiting === 1 ? 'it goes on by itself' : 'they go on by themselves'
  const remedy = facts.settings ? `; a plan that allows more goes into ${facts.settings.rateLimit}` : ''
  return isTold
    ? [`${title} wants to be left alone until ${clockTime(until, now)}, and ${who}: ${goOn} then.`]
    : [
        `${title} may not be asked before ${clockTime(until, now)}, by its rate limit, and ${who}: ${goOn} then${remedy}.`,
      ]
}

function listTroubles({ lists, listProblems }: Situation): string[] {
  const wrong = lists.filter(({ state }) => state !== 'ok')
  return [
    ...listProblems.map((problem) => `${problem.replace(/\.$/, '')}.`),
    ...wrong.map((list) => `${listTrouble(list)}.`),
  ]
}

/** What is wrong with a list, in words. */
export function listTrouble({ list, state, problem }: ListStatus): string {
  const why = problem === undefined ? '' : `: ${problem}`
  if (state === 'too old') return `The list ${list} is too old${why}: see why it is not renewed`
  const now = state === 'outdated' ? 'what it held before still counts' : 'nothing of it counts'
  return `The list ${list} cannot be used as it is now, and ${now}${why}`
}

/** What only its operator can mend comes before what mends itself. */
function gravityOf(facts: SourceFacts): number {
  const order: SourceState['kind'][] = ['key refused', 'incomplete', 'left alone', 'failing', 'held', 'spent', 'behind']
  const place = order.indexOf(stateOf(facts).kind)
  return place === -1 ? order.length : place
}

/** Whether a source is one that look-ups may ask. */
function isAsked({ ask, unfinished, missing }: SourceFacts): boolean {
  return ask !== 'never' && unfinished === undefined && !missing
}
