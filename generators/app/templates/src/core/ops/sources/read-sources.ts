import { withoutMargin, type Quota } from '../../client/rate-limiter.ts'
import { missingSetting, settingNames, type LookUpSettings } from '../../client/source-settings.ts'
import type { Source } from '../../client/source.ts'
import { sourcesOf, type Dispatch, type LookUp } from '../../search/dispatch.ts'
import { quotasOf } from '../../search/starts.ts'
import type { Config } from '../../settings/config.ts'
import { NO_CALLS, usageOf } from '../../store/rate-windows.ts'
import type { KnownRate, Store } from '../../store/store.ts'
import type { Recent } from '../recent.ts'
import type { SourceFacts, Turns } from './source-facts.ts'

/** No more searches are counted that wait for a source: a long queue takes no longer to look at. */
export const MAX_COUNTED = 1000

/** Where the facts come from. */
export interface SourceReaderParts {
  config: Pick<Config, 'sources'>
  dispatch: Dispatch
  store: Pick<Store, 'rates' | 'watch'>
  recent: Recent
}

/** One row: a look-up, or a source that only others ask. */
interface Row {
  id: string
  title: string
  lookUp?: LookUp
  source: Source | undefined
  settings: LookUpSettings
  quotas: readonly Quota[]
}

/**
 * Reads what is known of each source: whose turn it is and who waits from the store, for all replicas; what came of its
 * look-ups from this process.
 */
export async function readSources({ config, dispatch, store, recent }: SourceReaderParts): Promise<SourceFacts[]> {
  const settingsOf = ({ id }: Source) => config.sources[id]
  const rows = rowsOf(dispatch, settingsOf)
  const names = rows.flatMap(({ quotas }) => quotas.map(({ name }) => name))
  const [rates, waiting] = await Promise.all([
    store.rates.read([...new Set(names)]).catch(() => undefined),
    store.watch
      .waiting(
        dispatch.lookUps.map(({ id }) => id),
        MAX_COUNTED,
      )
      .catch(() => undefined),
  ])
  const activities = recent.lookUps()
  const breakers = recent.openBreakers()
  return rows.map(({ id, title, lookUp, source, settings, quotas }) => ({
    id,
    title,
    types: lookUp?.types ?? [],
    reach: settings.reach,
    maySee: [...settings.maySee],
    ask: settings.ask,
    unfinished: lookUp?.unfinished,
    missing: source && missingOf(source, config),
    settings: source && namesOf(source),
    turns: rates && turnsOf(quotas, rates),
    waiting: waiting?.find((one) => one.lookUp === id),
    activity: activities.get(id),
    leftAloneSince: breakers.get(id),
  }))
}

function rowsOf(dispatch: Dispatch, settingsOf: (source: Source) => Config['sources'][string] | undefined): Row[] {
  const rows: Row[] = dispatch.lookUps.map((lookUp) => ({
    id: lookUp.id,
    title: lookUp.title,
    lookUp,
    source: 'source' in lookUp.by ? lookUp.by.source : undefined,
    settings: lookUp.settings,
    quotas: quotasOf(lookUp, settingsOf),
  }))
  for (const source of sourcesOf(dispatch.searchers)) {
    const settings = settingsOf(source)
    if (!settings || rows.some(({ id }) => id === source.id)) continue
    rows.push({ id: source.id, title: source.title, source, settings, quotas: settings.quotas })
  }
  return rows
}

function missingOf(source: Source, config: Pick<Config, 'sources'>): SourceFacts['missing'] {
  const settings = config.sources[source.id]
  const setting = settings && missingSetting(source, settings)
  if (!setting) return undefined
  return { setting, from: settings.url === undefined ? undefined : source.key?.from }
}

function namesOf(source: Source): SourceFacts['settings'] {
  const { key, rateLimit } = settingNames(source)
  return { key, rateLimit }
}

/** The turns of a source: several keys share the load, so that the one which is free first decides. */
function turnsOf(quotas: readonly Quota[], rates: ReadonlyMap<string, KnownRate>): Turns {
  const all = quotas.map(({ name, windows }) => {
    const { state, now } = rates.get(name) ?? { state: NO_CALLS, now: 0 }
    const { used, opensAt } = usageOf(state, windows, now)
    const heldUntil = Math.max(state.heldUntil, now)
    return { windows, used, nextAt: Math.max(heldUntil, opensAt), isTold: heldUntil >= opensAt, now }
  })
  const first = all.reduce((one, other) => (other.nextAt - other.now < one.nextAt - one.now ? other : one))
  const windows = first.windows.map(({ calls, ms }, index) => ({
    calls: calls * all.length,
    ms: withoutMargin(ms),
    used: all.reduce((sum, { used }) => sum + used[index]!, 0),
  }))
  const isFree = first.nextAt <= first.now
  return { windows, nextAt: first.nextAt, isTold: !isFree && first.isTold, now: first.now }
}
