import type { Logger } from 'pino'
import { openLists, type Lists } from './lists/lists.ts'
import type { Config } from './settings/config.ts'

/**
 * Opens the local lists of `CTS_LISTS`, if that is set.
 * @throws {ListsError} when they cannot be used.
 */
export async function openConfiguredLists(config: Config, log: Logger): Promise<Lists | undefined> {
  const { CTS_LISTS: folder, CTS_LISTS_RELOAD_SECS: reloadSecs, CTS_LISTS_MAX_ENTRIES: maxEntries } = config
  if (folder === undefined) return undefined
  return openLists({ folder, reloadSecs, maxEntries, clock: { now: Date.now, after }, fetch, log })
}

/** The settings with what the lists say is ours or known to be harmless. */
export function withLists(config: Config, lists: Lists | undefined): Config {
  if (!lists) return config
  const { own, good } = config.rules
  return { ...config, rules: { ...config.rules, own: [...own, lists.own], good: [...good, lists.good] } }
}

function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms).unref()
  return () => clearTimeout(timer)
}
