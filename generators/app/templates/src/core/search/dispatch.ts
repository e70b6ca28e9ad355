import { settingPrefix, type LookUpSettings, type SourceSettings } from '../client/source-settings.ts'
import type { ListedValues, Reachable, Source } from '../client/source.ts'
import { widest, type View } from '../gate/decide.ts'
import { isArtifactType } from '../protocol/artifact.ts'
import type { Searcher } from './searcher.ts'

/** How long an outcome stays fresh, unless its source or a setting says otherwise: in seconds. */
const TTL_SECS = 3600

/** One source that is asked about an artifact, or a searcher's own code: the unit that has an outcome. */
export interface LookUp {
  /** The id of the source, or the name of the searcher. */
  id: string
  title: string
  /** The artifact types that it is made for in this service. */
  types: string[]
  by: { source: Source } | { code: Searcher }
  /** Where its source is asked, if it is a source's and that is set. */
  url: string | undefined
  /** The local lists, if its source reads them and they are open. */
  lists: ListedValues | undefined
  /** Further sources that it asks. */
  asks: readonly Source[]
  /** The source that it takes a turn of before it begins; none, if it is code that asks no source. */
  paced: Source | undefined
  /** The ids of all that it occupies a place of. */
  places: readonly string[]
  /** How long its outcomes stay fresh: in seconds. */
  ttlSecs: number
  /** Why it is not made yet, if it is a skeleton. */
  unfinished: string | undefined
  settings: LookUpSettings
  /** What it may see: as far as the widest reach of the sources that it asks. */
  view: View
}

/** What the settings say of look-ups. */
export interface DispatchSettings {
  /** By the source's id. */
  sources: Record<string, SourceSettings>
  /** By the searcher's name, of those with code of their own. */
  searchers: Record<string, LookUpSettings>
  /** How long outcomes stay fresh where their source's settings do not say, if that is set: in seconds. */
  ttlSecs: number | undefined
  /** The local lists, if there are any. */
  lists?: ListedValues | undefined
}

/** Finds the look-ups of an artifact type. */
export interface Dispatch {
  readonly searchers: readonly Searcher[]
  /** All look-ups, each once. */
  readonly lookUps: readonly LookUp[]
  /** The look-ups of a type, in the order of the index; none for a type that nobody looks up. */
  lookUpsOf(type: string): readonly LookUp[]
  /** How many look-ups may occupy a place of a source, or of a searcher with code of its own, in this replica. */
  placesOf(id: string): number
}

/**
 * Makes the dispatch of a service's searchers. Two searchers that name one source for one type make one look-up.
 * @throws {TypeError} that names the searcher, when it cannot be dispatched to.
 */
export function createDispatch(searchers: readonly Searcher[], settings: DispatchSettings): Dispatch {
  checkNames(searchers)
  const lookUps = new Map<string, LookUp>()
  const byType = new Map<string, Set<LookUp>>()

  const add = (types: readonly string[], id: string, make: () => LookUp) => {
    const lookUp = lookUps.get(id) ?? make()
    lookUps.set(id, lookUp)
    lookUp.types = [...new Set([...lookUp.types, ...types])]
    for (const type of types) byType.set(type, (byType.get(type) ?? new Set()).add(lookUp))
  }
  for (const searcher of searchers) {
    const { name, artifactTypes, sources = [] } = searcher
    checkTypes(searcher)
    for (const source of sources) {
      const types = artifactTypes.filter((type) => source.types.includes(type))
      add(types, source.id, () => ofSource(source, settings))
    }
    if (searcher.search) add(artifactTypes, name, () => ofCode(searcher, settings))
  }
  const listed = new Map(Array.from(byType, ([type, some]) => [type, [...some]]))
  return {
    searchers,
    lookUps: [...lookUps.values()],
    lookUpsOf: (type) => listed.get(type) ?? [],
    placesOf: (id) => (settings.sources[id] ?? settings.searchers[id])?.concurrency ?? 0,
  }
}

/** Every source that some searchers ask, each once, with those that their sources ask in turn. */
export function sourcesOf(searchers: readonly Pick<Searcher, 'sources' | 'asks'>[]): Source[] {
  const found = new Set<Source>()
  const add = (source: Source) => {
    if (found.has(source)) return
    found.add(source)
    source.asks?.forEach(add)
  }
  for (const { sources = [], asks = [] } of searchers) [...sources, ...asks].forEach(add)
  return [...found]
}

function ofSource(source: Source, settings: DispatchSettings): LookUp {
  const { id, title, asks = [] } = source
  const own = settings.sources[id]
  if (!own) throw new TypeError(`Source "${id}" has no settings`)
  const lists = source.readsLists ? settings.lists : undefined
  return { ...common(id, source, own, settings), title, by: { source }, url: own.url, lists, asks, paced: source }
}

function ofCode(searcher: Searcher, settings: DispatchSettings): LookUp {
  const { name, asks = [] } = searcher
  const own = settings.searchers[name]
  if (!own) throw new TypeError(`Searcher "${name}" has no settings`)
  return {
    ...common(name, searcher, own, settings),
    title: name,
    by: { code: searcher },
    url: undefined,
    lists: undefined,
    asks,
    paced: asks[0],
  }
}

function common(id: string, { asks = [], ttlSecs, unfinished }: Reachable, own: LookUpSettings, all: DispatchSettings) {
  const reaches = asks.map((source) => all.sources[source.id]?.reach ?? 'query')
  return {
    view: { reach: widest([own.reach, ...reaches]), maySee: own.maySee },
    id,
    types: [],
    places: [...new Set([id, ...asks.map((source) => source.id)])],
    ttlSecs: own.ttlSecs ?? all.ttlSecs ?? ttlSecs ?? TTL_SECS,
    unfinished,
    settings: own,
  }
}

function checkNames(searchers: readonly Searcher[]): void {
  const names = new Set<string>()
  for (const { name } of searchers) {
    if (names.has(name)) throw new TypeError(`Two searchers are named "${name}": give one of them another name`)
    names.add(name)
  }
  const ids = new Set<string>()
  const prefixes = new Map<string, string>()
  for (const { id } of sourcesOf(searchers)) {
    const prefix = settingPrefix(id)
    const alike = prefixes.get(prefix)
    if (alike === id) throw new TypeError(`Two sources have the id "${id}": give one of them another`)
    if (alike) throw new TypeError(`Sources "${alike}" and "${id}" would share their settings: give one another id`)
    prefixes.set(prefix, id)
    ids.add(id)
  }
  const both = searchers.find(({ name, search }) => search && ids.has(name))
  if (both) throw new TypeError(`Searcher "${both.name}" has code of its own and the id of a source: rename it`)
  // they are parts of the names of settings, and of the paths of fields in the database
  const odd = [...names, ...ids].find((name) => !/^[a-z0-9][a-z0-9_-]*$/i.test(name))
  if (odd !== undefined)
    throw new TypeError(`"${odd}" is no name for a searcher or source: take letters, digits, - and _`)
}

function checkTypes({ name, artifactTypes, sources = [], search }: Searcher): void {
  if (artifactTypes.length === 0) throw new TypeError(`Searcher "${name}" has no artifact types: name one`)
  if (sources.length === 0 && !search) throw new TypeError(`Searcher "${name}" asks no source: name one in "sources"`)
  for (const type of artifactTypes) {
    if (!isArtifactType(type)) throw new TypeError(`Searcher "${name}": artifact type "${String(type)}" is not known`)
    if (!search && !sources.some(({ types }) => types.includes(type))) {
      throw new TypeError(`Searcher "${name}": none of its sources looks "${type}" up`)
    }
  }
  const idle = sources.find(({ types }) => !types.some((type) => artifactTypes.includes(type)))
  if (idle) throw new TypeError(`Searcher "${name}": source "${idle.id}" looks none of its artifact types up`)
}
