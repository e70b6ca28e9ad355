import type { PromptQuestion } from 'yeoman-generator'
import { type ArtifactType, artifactTypes } from '../artifact-types.ts'
import { BLANK, accesses, describe, findSource, looksUp, sources } from '../source-list.ts'
import { usualSearchers, usualSource } from '../usual-searchers.ts'
import { isSearcherName } from '../validators.ts'
import type { SearcherPlan } from './plan.ts'

/** Asks a searcher's name. */
export function nameQuestion(): PromptQuestion {
  return {
    type: 'input',
    name: 'name',
    message: 'Name of the searcher, such as ip',
    validate: (name: string) => isSearcherName(name.trim()),
    filter: (name: string) => name.trim(),
  }
}

/** The types that are looked up most come first. */
const types = [...new Set([...usualSearchers.flatMap((usual) => usual.types), ...artifactTypes])]

/** Asks the artifact types of a searcher whose name does not imply them. */
export function typesQuestion(): PromptQuestion {
  return {
    type: 'checkbox',
    name: 'types',
    message: 'Artifact types that it looks up',
    choices: types.map((type) => ({ name: type, value: type })),
    pageSize: 20,
    required: true,
  }
}

/**
 * Asks where a searcher looks its types up; the usual source, or the skeleton, is ticked.
 *
 * @param present the ids of the sources that the service has; what its own look up is not known
 */
export function sourcesQuestion(
  name: string,
  types: readonly ArtifactType[],
  present: readonly string[] = [],
): PromptQuestion {
  const usual = usualSource(name, types) ?? BLANK
  const skeleton = { name: `${BLANK}: a skeleton of a JSON API, to be filled in`, short: BLANK, value: BLANK }
  return {
    type: 'checkbox',
    name: 'sources',
    message: 'Sources that it asks',
    choices: [
      ...sourceChoices(types, [usual]),
      ...ownChoices(present.filter((id) => !findSource(id))),
      { type: 'separator', separator: 'any other API' },
      { ...skeleton, checked: usual === BLANK },
    ],
    pageSize: 30,
    required: true,
  }
}

/** The sources that look up one of some types, by what asking them takes, each with what it learns of those who ask. */
export function sourceChoices(types: readonly ArtifactType[], ticked: readonly string[]) {
  return accesses.flatMap((access) => {
    const able = sources.filter((source) => source.access === access && looksUp(source, types))
    const choices = able.map((source) => ({
      name: `${source.id}: ${describe(source)}`,
      short: source.id,
      value: source.id,
      checked: ticked.includes(source.id),
    }))
    return choices.length === 0 ? [] : [{ type: 'separator' as const, separator: access }, ...choices]
  })
}

/** The sources of the service's own. */
function ownChoices(ids: readonly string[]) {
  const choices = ids.map((id) => ({ name: id, short: id, value: id, checked: false }))
  return choices.length === 0 ? [] : [{ type: 'separator' as const, separator: "the service's own" }, ...choices]
}

/** Asks where the API of a skeleton is, since an internal value is kept from public ones. */
export function reachQuestion({ reach }: SearcherPlan): PromptQuestion {
  return {
    type: 'select',
    name: 'reach',
    message: 'Where the API of the skeleton is',
    choices: [
      { name: 'own: in your own network', short: 'own', value: 'own' },
      { name: 'query: public, its operator learns each artifact', short: 'query', value: 'query' },
    ],
    default: reach,
  }
}
