import { BrokenList, PollFailed } from '../errors.ts'
import type { List } from '../list.ts'

/** Where the lists have their time from; tests bring their own. */
export interface ListsClock {
  /** In milliseconds since 1970. */
  now(): number
  /** Calls back after so many milliseconds, unless the function that it gives is called before. */
  after(ms: number, callback: () => void): () => void
}

/** What a poll is told. */
export interface PollContext {
  /** How many entries the list may have. */
  room: number
  /** In milliseconds since 1970. */
  now: number
  signal: AbortSignal
  /** Is to be called whenever something comes: else the poll is given up. */
  progress(): void
  keptBadLines?: number | undefined
}

/**
 * Fetches a list, and puts what comes in place of what it holds.
 * @throws {PollFailed} or {BrokenList} if that does not come to anything.
 */
export type Poll = (list: List, context: PollContext) => Promise<void>

/** How long a server may send nothing: in milliseconds. */
const IDLE_MS = 60_000
/** How soon a poll that failed is tried again, unless the server says when: in milliseconds. */
const RETRY_MS = 60_000

/** What a list is polled with. */
export interface PollerOptions {
  poll: Poll
  everyMinutes: number
  clock: ListsClock
  /** How many entries a list may have. */
  roomFor(list: List): number
  /** Is called after each poll. */
  onPolled(list: List): void
  keptBadLines?: number | undefined
}

/** A list that is polled. */
export interface Poller {
  list: List
  /** The first poll: resolves when it is over, whatever came of it. */
  first: Promise<void>
  /** Ends it; resolves when nothing of it is under way. */
  stop(): Promise<void>
}

/** Polls a list now, and again and again. A poll that fails leaves the list as it is, and says so. */
export function startPolling(list: List, options: PollerOptions): Poller {
  const { poll, everyMinutes, clock, roomFor, onPolled, keptBadLines } = options
  const stopped = new AbortController()
  let cancelNext: (() => void) | undefined

  const pollOnce = async (): Promise<void> => {
    const idle = startIdleTimer(clock, stopped.signal)
    const { signal, progress } = idle
    let waitMs = everyMinutes * 60_000
    try {
      progress()
      await poll(list, { room: roomFor(list), now: clock.now(), signal, progress, keptBadLines })
      list.problem = undefined
    } catch (error) {
      if (stopped.signal.aborted) return
      list.problem = idle.isOver() ? `has sent nothing for ${IDLE_MS / 1000} s` : problemOf(error)
      const retryMs = error instanceof PollFailed ? (error.retryAfterSecs ?? 0) * 1000 : 0
      waitMs = Math.min(waitMs, Math.max(RETRY_MS, retryMs))
    } finally {
      idle.stop()
    }
    onPolled(list)
    cancelNext = clock.after(waitMs, () => {
      running = pollOnce()
    })
  }

  let running = pollOnce()
  return {
    list,
    first: running,
    async stop() {
      stopped.abort()
      cancelNext?.()
      await running
    },
  }
}

function startIdleTimer(clock: ListsClock, stopped: AbortSignal) {
  const abort = new AbortController()
  let isOver = false
  let cancel: (() => void) | undefined
  const giveUp = () => abort.abort()
  stopped.addEventListener('abort', giveUp)
  return {
    signal: abort.signal,
    isOver: () => isOver,
    progress() {
      cancel?.()
      cancel = clock.after(IDLE_MS, () => {
        isOver = true
        abort.abort()
      })
    },
    stop() {
      cancel?.()
      stopped.removeEventListener('abort', giveUp)
    },
  }
}

function problemOf(error: unknown): string {
  if (error instanceof PollFailed || error instanceof BrokenList) return error.message
  return `cannot be fetched: ${error instanceof Error ? error.message : String(error)}`
}
