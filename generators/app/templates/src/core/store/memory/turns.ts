import {
  ALONE_MS,
  ALONE_WAIT_MS,
  CAUTION_MS,
  MAX_PLACES,
  MAX_TURN_WAIT_MS,
  PLACE_KEPT_MS,
  type RateWindow,
  type Turns,
} from '../turns.ts'

/** What one queue has come to; times are in milliseconds since 1970. */
interface Queue {
  /** When turns were granted, the oldest first: those that a window still counts. */
  calls: number[]
  /** Who waits, in no order: `since` tells whose turn it is. */
  waiting: { id: string; since: number; keptUntil: number }[]
  heldUntil: number
  cautiousUntil: number
  aloneUntil: number
}

/**
 * Turns in one process.
 * @param now the clock, in milliseconds since 1970.
 */
export function createMemoryTurns(now: () => number): Turns {
  const queues = new Map<string, Queue>()

  const queueOf = (name: string): Queue => {
    const queue = queues.get(name) ?? { calls: [], waiting: [], heldUntil: 0, cautiousUntil: 0, aloneUntil: 0 }
    queues.set(name, queue)
    return queue
  }

  return {
    async take(name, taker, windows) {
      const time = now()
      const queue = queueOf(name)
      const longestMs = Math.max(0, ...windows.map(({ ms }) => ms))
      queue.calls = queue.calls.filter((call) => call > time - longestMs)

      const kept = queue.waiting.filter(({ keptUntil }) => keptUntil > time)
      const since = taker.since?.getTime() ?? kept.find(({ id }) => id === taker.id)?.since ?? time
      const others = kept.filter(({ id }) => id !== taker.id)
      const ahead = others.filter((one) => one.since < since || (one.since === since && one.id < taker.id)).length

      const rooms = windows.map((window) => roomAt(window, queue.calls, ahead, time))
      const afterTheOneAlone = queue.aloneUntil > time ? time + ALONE_WAIT_MS * (ahead + 1) : time
      const at = Math.max(time, queue.heldUntil, afterTheOneAlone, ...rooms)
      const state = at <= time ? 'granted' : at - since > MAX_TURN_WAIT_MS ? 'too_long' : 'waiting'
      const alone = queue.cautiousUntil > time

      queue.waiting = others
      if (state === 'granted') queue.calls.push(time)
      if (state === 'granted' && alone) queue.aloneUntil = time + ALONE_MS
      if (state === 'waiting' && others.length < MAX_PLACES) {
        others.push({ id: taker.id, since, keptUntil: at + PLACE_KEPT_MS })
      }
      return { state, waitMs: at - time, since: new Date(since), alone }
    },

    async holdBack(name, secs) {
      const queue = queueOf(name)
      const until = now() + Math.round(secs * 1000)
      queue.heldUntil = Math.max(queue.heldUntil, until)
      queue.cautiousUntil = Math.max(queue.cautiousUntil, until + CAUTION_MS)
      queue.aloneUntil = 0
    },

    async end(name) {
      queueOf(name).aloneUntil = 0
    },
  }
}

/** When a window has room for one more call, after the calls that it holds and those of the takers ahead. */
function roomAt({ calls, ms }: RateWindow, granted: readonly number[], ahead: number, time: number): number {
  const held = granted.filter((call) => call > time - ms).slice(-calls)
  const over = held.length + ahead - calls
  if (over < 0) return time
  // as many full rounds of the window as there are calls too many, counted from the call that makes room
  return (held[over % calls] ?? time) + ms * (1 + Math.floor(over / calls))
}
