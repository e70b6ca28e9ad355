import { nearest } from '../app/templates/src/core/settings/unknown.ts'
import { type ArtifactType, isInternal } from '../artifact-types.ts'
import { listValue } from '../list-value.ts'
import { OptionError, check } from '../option-error.ts'
import type { SearcherRecord } from '../service-record.ts'
import { BLANK, findSource, idsFor, looksUp } from '../source-list.ts'
import { findUsualSearcher, usualSearchers, usualSource } from '../usual-searchers.ts'
import { areArtifactTypes, areSources, isSearcherName, isSkeletonReach } from '../validators.ts'
import type { PresentSources } from './present-sources.ts'
import { type Skeleton, skeletonId } from './skeleton.ts'

/** A searcher to be made, or to be given more sources: everything that its files follow from. */
export interface SearcherPlan extends Skeleton {
  /** The ids of its sources; `blank` stands for a skeleton. */
  sources: readonly string[]
  /** Those of its sources that this run brings. */
  added: readonly string[]
  /** What the files of its sources export, by id, where that is not the id. */
  identifiers: Readonly<Record<string, string>>
  /** Whether the service has no such searcher yet. */
  isNew: boolean
}

/** What is known of a searcher before the defaults: from options or answers. The first two are lists. */
export interface SearcherWish {
  name: string
  types?: string | undefined
  sources?: string | undefined
  reach?: string | undefined
}

/**
 * What to make of a wish: options come before what the name implies.
 *
 * @param record of a searcher that is there: it keeps its types and sources, and is given those that are named
 * @param present what the files in the service's `src/sources/` export, by id
 * @throws OptionError for a name, type, source or reach that cannot be, or a name that implies no types and comes without
 */
export function planSearcher(
  wish: SearcherWish,
  record?: SearcherRecord,
  present: PresentSources = new Map(),
): SearcherPlan {
  const { name } = wish
  check(isSearcherName(name))
  const recorded = listValue(record?.sources ?? '')
  const named = namedSources(wish, present)?.map((id) => {
    return id === skeletonId(name) && recorded.includes(BLANK) ? BLANK : id
  })
  const types = record ? recordedTypes(wish, record) : typesOf(wish, named)
  const added = named ?? (record ? [] : [usualSource(name, types) ?? BLANK])
  const sources = [...new Set([...recorded, ...added])]
  checkSources(added, types)
  if (!record) checkTypes(types, sources)
  if (added.includes(BLANK)) checkSkeleton(name)
  const identifiers = { ...recordedIdentifiers(record), ...exportedAs(added, present) }
  const reach = reachOf(wish, { types, sources })
  return { name, types, sources, added, identifiers, isNew: record === undefined, reach }
}

/** Whether a searcher's types must be named, because neither its name nor its sources imply them. */
export function needsTypes({ name, types, sources }: SearcherWish): boolean {
  return types === undefined && !findUsualSearcher(name) && listValue(sources ?? '').every((id) => !findSource(id))
}

/** A plan as the service's record keeps it. */
export function recordOf({ sources, types, identifiers }: SearcherPlan): SearcherRecord {
  const named = Object.entries(identifiers).map(([id, identifier]) => `${id}=${identifier}`)
  return {
    sources: sources.join(','),
    types: types.join(','),
    ...(named.length > 0 ? { identifiers: named.join(',') } : {}),
  }
}

function recordedIdentifiers(record: SearcherRecord | undefined): Record<string, string> {
  return Object.fromEntries(listValue(record?.identifiers ?? '').map((pair) => pair.split('=')))
}

function exportedAs(ids: readonly string[], present: PresentSources): Record<string, string> {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const identifier = id === BLANK ? undefined : present.get(id)
      return identifier === undefined || identifier === id ? [] : [[id, identifier]]
    }),
  )
}

function namedSources({ sources }: SearcherWish, present: PresentSources): string[] | undefined {
  if (sources === undefined) return undefined
  const ids = listValue(sources)
  check(areSources(ids, [...present.keys()]))
  return ids
}

function namedTypes(types: string): ArtifactType[] {
  const named = listValue(types)
  check(areArtifactTypes(named))
  return named as ArtifactType[]
}

function recordedTypes({ name, types }: SearcherWish, record: SearcherRecord): ArtifactType[] {
  const recorded = listValue(record.types) as ArtifactType[]
  const beyond = types === undefined ? [] : namedTypes(types).filter((type) => !recorded.includes(type))
  if (beyond.length > 0) {
    throw new OptionError(
      `Searcher "${name}" is there already, for ${recorded.join(', ')}. Add ${beyond.join(', ')} to its artifactTypes in src/searchers/${name}.ts, or take another name.`,
    )
  }
  return recorded
}

/** Of the types that a name implies, those that the named sources look up; by another name, all that they look up. */
function typesOf(wish: SearcherWish, sources: readonly string[] | undefined): ArtifactType[] {
  if (wish.types !== undefined) return namedTypes(wish.types)
  if (needsTypes(wish)) throw new OptionError(unknownName(wish.name))
  const ableTo = (type: ArtifactType) => !sources || sources.some((id) => looksUp(findSource(id), [type]))
  const implied = findUsualSearcher(wish.name)?.types
  if (!implied) return [...new Set(sources?.flatMap((id) => findSource(id)?.types ?? []))]
  const able = implied.filter(ableTo)
  return able.length > 0 ? able : [...implied]
}

function unknownName(name: string): string {
  const near = nearest(
    name,
    usualSearchers.map((usual) => usual.name),
  )
  const suggestion = near ? `Did you mean "${near}"? If not, add` : 'Add'
  return `The name "${name}" does not say what it looks up. ${suggestion} its artifact types, such as --types net.uri,net.name, or its sources.`
}

function checkSources(ids: readonly string[], types: readonly ArtifactType[]): void {
  const idle = ids.map(findSource).find((source) => !looksUp(source, types))
  if (!idle) return
  throw new OptionError(
    `Source "${idle.id}" looks up none of ${types.join(', ')}, only ${idle.types.join(', ')}. Sources that do: ${idsFor(types).join(', ')}.`,
  )
}

function checkTypes(types: readonly ArtifactType[], ids: readonly string[]): void {
  const beyond = types.find((type) => !ids.some((id) => looksUp(findSource(id), [type])))
  if (!beyond) return
  throw new OptionError(
    `Type "${beyond}" is looked up by none of ${ids.join(', ')}. Leave it out, or add a source that does: ${idsFor([beyond]).join(', ')}.`,
  )
}

function checkSkeleton(name: string): void {
  if (name.toLowerCase() === BLANK || !findSource(name.toLowerCase())) return
  throw new OptionError(
    `"${name}" is a ready-made source, so no skeleton can have that name. Take another one, or --source ${name.toLowerCase()}.`,
  )
}

function reachOf(
  { reach }: SearcherWish,
  { types, sources }: Pick<SearcherPlan, 'types' | 'sources'>,
): Skeleton['reach'] {
  if (reach === undefined) return types.every(isInternal) ? 'own' : 'query'
  check(isSkeletonReach(reach))
  if (sources.includes(BLANK)) return reach as Skeleton['reach']
  const others = sources.join(', ')
  throw new OptionError(`--reach is of a skeleton, and ${others} is none. Leave it out, or add --source blank.`)
}
