import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { missingSetting } from '../client/source-settings.ts'
import { isPublic } from '../gate/decide.ts'
import type { Rules } from '../gate/rules.ts'
import { sourcesOf, type Dispatch, type LookUp } from '../search/dispatch.ts'
import type { Config } from '../settings/config.ts'

/**
 * Tells the log at start what its operator should know: what may leave the house, and what is not set.
 * @param folder where the service runs.
 */
export function giveStartNotices(config: Config, dispatch: Dispatch, log: Logger, folder = '.'): void {
  for (const warning of config.warnings) log.warn(warning)
  if (config.CTS_USER === undefined)
    log.warn("CTS_USER and CTS_PASSWORD have no value: whoever reaches SOAR's port can have artifacts scanned")
  warnOfMissing(config, dispatch, log)
  if (config.CTS_LISTS === undefined) warnOfUnreadLists(folder, log)
  tellWhatMayLeave(dispatch.lookUps.filter(isAsked), config.rules, log)
}

function warnOfMissing({ sources }: Config, { searchers }: Dispatch, log: Logger): void {
  for (const source of sourcesOf(searchers)) {
    const settings = sources[source.id]
    if (!settings || settings.ask === 'never') continue
    if (source.unfinished !== undefined) {
      log.warn({ source: source.id }, `${source.title} is not filled in yet, so it is not asked: ${source.unfinished}`)
      continue
    }
    const missing = missingSetting(source, settings)
    if (missing === undefined) continue
    const where = source.key && settings.url !== undefined ? ` (${source.key.from})` : ''
    log.warn({ source: source.id }, `${missing} is not set: ${source.title} cannot be asked without it${where}`)
  }
}

function warnOfUnreadLists(folder: string, log: Logger): void {
  const unread = ['lists/own', 'lists/good'].filter((path) => hasFiles(join(folder, path)))
  if (unread.length === 0) return
  const are = unread.length === 1 ? 'is' : 'are'
  log.warn(`CTS_LISTS is not set, so ${unread.join(' and ')} ${are} not read: set CTS_LISTS=lists`)
}

function hasFiles(path: string): boolean {
  try {
    return readdirSync(path).some((name) => !name.startsWith('.'))
  } catch {
    return false
  }
}

function tellWhatMayLeave(lookUps: readonly LookUp[], { own, good }: Rules, log: Logger): void {
  const sources = Object.fromEntries(
    lookUps.map(({ id, view }) => [id, { reach: view.reach, maySee: [...view.maySee] }]),
  )
  const counts = { own: sizeOf(own), good: sizeOf(good) }
  log.info({ sources, ...counts }, 'what may leave the house')
  const outside = lookUps.filter(({ view }) => isPublic(view.reach)).map(({ id }) => id)
  if (outside.length === 0 || counts.own > 0) return
  log.warn(
    { sources: outside },
    'CTS_OWN is not set: public sources are asked about your own domains and addresses too, but for private ones',
  )
}

function isAsked({ settings, unfinished }: LookUp): boolean {
  return settings.ask !== 'never' && unfinished === undefined
}

function sizeOf(lists: readonly { size: number }[]): number {
  return lists.reduce((sum, { size }) => sum + size, 0)
}
