import { hostname } from 'node:os'
import type { Logger } from 'pino'
import type { WatchStore } from '../store/store.ts'
import type { Clock } from '../time.ts'

/** How often a replica says that it is alive: in milliseconds. */
const BEAT_MS = 10_000
/** How long that holds: in seconds. */
const ALIVE_SECS = 35

/** The signs of life of a replica. */
export interface Heartbeat {
  /** Says that it is gone. */
  stop(): Promise<void>
}

/** What a heartbeat is made of. */
export interface HeartbeatParts {
  store: WatchStore
  /** The name of the replica. */
  replica: string
  log: Logger
  clock: Pick<Clock, 'after'>
}

/** Has a replica say that it is alive, for those who look at the pages of others. */
export function startHeartbeat({ store, replica, log, clock }: HeartbeatParts): Heartbeat {
  let cancel: () => void
  const beat = () => {
    cancel = clock.after(BEAT_MS, beat)
    store
      .beat({ id: replica, host: hostname() }, ALIVE_SECS)
      .catch((err) => log.debug({ err }, 'cannot say that this replica is alive'))
  }
  beat()
  return {
    async stop() {
      cancel()
      // without the store it is taken for alive a little longer
      await store.leave(replica).catch(() => {})
    },
  }
}
