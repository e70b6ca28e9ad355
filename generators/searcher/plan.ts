import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ArtifactType } from '../artifact-types.ts'
import { listValue } from '../list-value.ts'
import { nearest } from '../app/templates/src/core/settings/nearest.ts'
import { OptionError, check } from '../option-error.ts'
import { generatorFolder } from '../package-root.ts'
import type { SearcherRecord } from '../service-record.ts'
import { BLANK, type ReadyMadeSource, findSource, sources, typesBeyond } from '../sources.ts'
import { findUsualSearcher, sourcesFor, usualSearchers } from '../usual-searchers.ts'
import { areArtifactTypes, isSearcherName, isSource } from '../validators.ts'

/** A searcher to be made: everything that its files follow from. */
export interface SearcherPlan {
  name: string
  source: ReadyMadeSource
  types: readonly ArtifactType[]
}

/** What is known of a searcher before the defaults: from options or answers. */
export interface SearcherWish {
  name: string
  types?: string | undefined
  source?: string | undefined
}

/**
 * What to make of a wish: options come before what the service's record says, and that before what the name implies.
 *
 * @throws OptionError for a name, type or source that cannot be, or a name that implies no types and comes without
 */
export function planSearcher(wish: SearcherWish, record?: SearcherRecord): SearcherPlan {
  const { name } = wish
  check(isSearcherName(name))
  const source = sourceOf(wish.source ?? record?.source)
  const recordedTypes = source?.id === record?.source ? record?.types : undefined
  const types = typesOf(name, wish.types ?? recordedTypes, source)
  const plan = { name, types, source: source ?? sourcesFor(name, types)[0]! }
  checkSource(plan)
  return plan
}

/** Whether a searcher's types must be named because its name does not imply them. */
export function needsTypes(name: string): boolean {
  return findUsualSearcher(name) === undefined
}

/** A plan as the service's record keeps it. */
export function recordOf(plan: SearcherPlan): SearcherRecord {
  return { source: plan.source.id, types: plan.types.join(',') }
}

function sourceOf(id: string | undefined): ReadyMadeSource | undefined {
  if (id === undefined) return undefined
  check(isSource(id))
  return findSource(id)
}

function typesOf(name: string, named: string | undefined, source: ReadyMadeSource | undefined): ArtifactType[] {
  if (named !== undefined) {
    const types = listValue(named)
    check(areArtifactTypes(types))
    return types as ArtifactType[]
  }
  const implied = findUsualSearcher(name)?.types
  if (!implied) throw new OptionError(unknownName(name))
  const able = implied.filter((type) => source === undefined || source.types.includes(type))
  return able.length > 0 ? able : [...implied]
}

function unknownName(name: string): string {
  const names = usualSearchers.map((usual) => usual.name)
  const near = nearest(name, names)
  const suggestion = near ? `Did you mean "${near}"? If not, add` : 'Add'
  return `The name "${name}" does not say what it looks up. ${suggestion} its artifact types, such as --types net.uri,net.name.`
}

function checkSource({ name, source, types }: SearcherPlan): void {
  const [beyond] = typesBeyond(source, types)
  if (beyond) {
    const able = sources.filter((other) => typesBeyond(other, types).length === 0).map((other) => other.id)
    throw new OptionError(
      `Source "${source.id}" cannot look up "${beyond}", only ${source.types.join(', ')}. Sources that can look up ${types.join(', ')}: ${able.join(', ')}.`,
    )
  }
  if (source.id === BLANK && name !== BLANK && findSource(name)) {
    throw new OptionError(`"${name}" is a source's own name. Give the blank searcher another, or add --source ${name}.`)
  }
  if (source.id === BLANK) checkMock(name)
}

/** A blank searcher's mock is called like itself. Names are compared as file systems do that know no case. */
function checkMock(name: string): void {
  const own = readdirSync(join(generatorFolder('app'), 'templates/test/mocks'))
  const taken = own.find((file) => file.toLowerCase() === `${name}.ts`.toLowerCase())
  if (taken) {
    throw new OptionError(
      `"${name}" cannot name a blank searcher: its mocked source would replace test/mocks/${taken}, which every test needs. Take another name.`,
    )
  }
}
