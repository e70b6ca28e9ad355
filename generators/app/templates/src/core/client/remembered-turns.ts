import type { Turns } from '../store/turns.ts'
import type { Clock } from './clock.ts'

/** How long a queue without windows that was found free counts as free here: in milliseconds. */
const FREE_MS = 1000

/**
 * The same turns, but the store is not asked each time where there is nothing to count: a queue without windows is free
 * unless its source wanted to be left alone. This replica knows that at once, the others a moment later.
 */
export function rememberedTurns(turns: Turns, clock: Clock): Turns {
  const queues = new Map<string, { freeUntil: number; refusals: number }>()
  const knownOf = (queue: string) => {
    const known = queues.get(queue) ?? { freeUntil: 0, refusals: 0 }
    queues.set(queue, known)
    return known
  }

  return {
    async take(queue, taker, windows) {
      if (windows.length > 0) return turns.take(queue, taker, windows)
      const known = knownOf(queue)
      const now = clock.now()
      if (now < known.freeUntil)
        return { state: 'granted', waitMs: 0, since: taker.since ?? new Date(now), alone: false }
      const { refusals } = known
      const turn = await turns.take(queue, taker, windows)
      const isFree = turn.state === 'granted' && !turn.alone
      // what the store said before a refusal holds no more
      if (isFree && known.refusals === refusals) known.freeUntil = now + FREE_MS
      return turn
    },
    async holdBack(queue, secs) {
      const known = knownOf(queue)
      known.refusals += 1
      known.freeUntil = 0
      await turns.holdBack(queue, secs)
    },
    end: (queue) => turns.end(queue),
  }
}
