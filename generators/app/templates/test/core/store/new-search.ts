import type { NewSearch } from '../../../src/core/store/store.ts'

/** A search as it is handed in, for a URL of its own. */
export function searchOf(id: string, pending = ['url'], rest: Partial<NewSearch> = {}): NewSearch {
  return {
    id,
    artifact: { type: 'net.uri', value: `http://${id}.example/` },
    pending,
    deferred: [],
    outcomes: [],
    notAsked: [],
    rankAfterMs: 0,
    endAfterSecs: 3600,
    token: 0,
    ...rest,
  }
}
