import type { PromptQuestion } from 'yeoman-generator'
import { type ArtifactType, artifactTypes } from '../artifact-types.ts'
import { describe, sources, typesBeyond } from '../sources.ts'
import { sourcesFor, usualSearchers } from '../usual-searchers.ts'
import { isSearcherName } from '../validators.ts'

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

/** Asks where a searcher looks its types up: the sources that can, the usual one first chosen. */
export function sourceQuestion(name: string, types: readonly ArtifactType[]): PromptQuestion {
  return {
    type: 'select',
    name: 'source',
    message: 'Where to look them up',
    choices: sources
      .filter((source) => typesBeyond(source, types).length === 0)
      .map((source) => ({ name: `${source.id}: ${describe(source)}`, value: source.id })),
    default: sourcesFor(name, types)[0]!.id,
  }
}
