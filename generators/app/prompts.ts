import type { PromptQuestion } from 'yeoman-generator'
import { usualSearchers } from '../usual-searchers.ts'
import { isDescription, isServiceName } from '../validators.ts'
import { DEFAULT_NAME, DEFAULT_SEARCHERS, descriptionFrom, nameFrom } from './defaults.ts'
import type { Destination } from './destination.ts'
import type { Answers } from './service.ts'

/** The questions that neither options, nor the directory, nor a service's record answer. */
export function missingQuestions(
  given: Answers,
  directory: string | undefined,
  { record }: Destination,
): PromptQuestion[] {
  if (record) return []
  const derived = directory === undefined ? undefined : nameFrom(directory)
  const named = given.name ?? (derived !== undefined && isServiceName(derived) === true ? derived : undefined)
  return [
    ...(named === undefined ? [nameQuestion(DEFAULT_NAME)] : []),
    ...(given.description === undefined ? [descriptionQuestion(named)] : []),
    ...(given.searchers === undefined ? [searchersQuestion([DEFAULT_SEARCHERS])] : []),
    ...(given.uploadFiles === undefined ? [uploadFilesQuestion()] : []),
  ]
}

/** Asks a service's name. */
export function nameQuestion(suggestion: string): PromptQuestion {
  return {
    type: 'input',
    name: 'name',
    message: 'Name of the service',
    default: suggestion,
    validate: (name: string) => isServiceName(name.trim()),
  }
}

/** Asks what a service is for. */
export function descriptionQuestion(serviceName: string | undefined): PromptQuestion {
  return {
    type: 'input',
    name: 'description',
    message: 'What it is for, in one line',
    default: ({ name }: { name?: string }) => descriptionFrom(serviceName ?? name ?? DEFAULT_NAME),
    validate: (description: string) => isDescription(description),
  }
}

/** Asks the searchers that a service begins with. */
export function searchersQuestion(chosen: readonly string[]): PromptQuestion {
  return {
    type: 'checkbox',
    name: 'searchers',
    message: 'Searchers to begin with',
    choices: usualSearchers.map(({ name, types }) => ({
      name: `${name}: ${types.join(', ')}`,
      value: name,
      checked: chosen.includes(name),
    })),
    required: true,
  }
}

/** Asks whether SOAR shall send files. */
export function uploadFilesQuestion(): PromptQuestion {
  return { type: 'confirm', name: 'uploadFiles', message: 'Begin with file uploads on', default: false }
}
