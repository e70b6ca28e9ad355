import type { PromptQuestion } from 'yeoman-generator'
import { type ArtifactType, artifactTypes } from '../artifact-types.ts'
import { needsOf, sources, typesBeyond } from '../sources.ts'
import { sourcesFor } from '../usual-searchers.ts'
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

/** Asks the artifact types of a searcher whose name does not imply them. */
export function typesQuestion(): PromptQuestion {
  return {
    type: 'checkbox',
    name: 'types',
    message: 'Artifact types that it looks up',
    choices: artifactTypes.map((type) => ({ name: type, value: type })),
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
      .map((source) => ({ name: `${source.id}: ${source.title}, ${needsOf(source)}`, value: source.id })),
    default: sourcesFor(name, types)[0]!.id,
  }
}
