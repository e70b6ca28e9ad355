import type { Clock } from '../../../src/core/client/clock.ts'
import { createEvents } from '../../../src/core/events.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import type { Runner } from '../../../src/core/search/runner.ts'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { createRunner } from '../../../src/core/service.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import type { NewSearch, Store } from '../../../src/core/store/store.ts'
import { silentLog } from '../silent-log.ts'

/** What a replica is made with. */
interface ReplicaParts {
  store: Store
  clock: Clock
  env?: Record<string, string>
}

/** The part of a replica that runs searches: those of one searcher. */
export function createReplica(searcher: Searcher, { store, clock, env = {} }: ReplicaParts): Promise<Runner> {
  const config = loadConfig(env, [searcher])
  const dispatch = createDispatch([searcher], { ...config, ttlSecs: config.CTS_RESULT_TTL_SECS })
  return createRunner({ config, store, dispatch, events: createEvents(), log: silentLog, clock })
}

/** A search as it is handed in, for an address of its own. */
export function searchOf(id: string, pending: string[]): NewSearch {
  const artifact = { type: 'net.uri', value: `http://malware.example/${id}` }
  return {
    id,
    artifact,
    pending,
    deferred: [],
    outcomes: [],
    notAsked: [],
    rankAfterMs: 0,
    endAfterSecs: 3600,
    token: 0,
  }
}
