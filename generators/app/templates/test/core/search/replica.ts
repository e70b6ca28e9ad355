import type { Clock } from '../../../src/core/time.ts'
import { createEvents } from '../../../src/core/events.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import type { Runner } from '../../../src/core/search/runner.ts'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { createRunner } from '../../../src/core/service.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import type { Store } from '../../../src/core/store/store.ts'
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
