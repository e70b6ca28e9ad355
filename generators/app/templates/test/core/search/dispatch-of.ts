import { createDispatch, type Dispatch, type LookUp } from '../../../src/core/search/dispatch.ts'
import type { Searcher } from '../../../src/core/search/searcher.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'

/** The dispatch of a service with these searchers and settings. */
export function dispatchOf(searchers: readonly Searcher[], env: Record<string, string> = {}): Dispatch {
  const config = loadConfig(env, searchers)
  return createDispatch(searchers, { ...config, ttlSecs: config.CTS_RESULT_TTL_SECS })
}

/** A look-up of that dispatch. */
export function lookUpOf(id: string, ...dispatch: Parameters<typeof dispatchOf>): LookUp {
  const found = dispatchOf(...dispatch).lookUps.find((lookUp) => lookUp.id === id)
  if (!found) throw new Error(`there is no look-up "${id}"`)
  return found
}
