import type { PromptQuestion } from 'yeoman-generator'
import { listValue } from '../list-value.ts'
import { sourceChoices } from '../searcher/prompts.ts'
import { findUsualSearcher, usualSearchers, usualSource } from '../usual-searchers.ts'
import { type Verdict, isDescription, isServiceName } from '../validators.ts'
import { DEFAULT_NAME, DEFAULT_SEARCHERS, descriptionFrom, nameFrom } from './defaults.ts'
import { type Answers, nameFromTitle } from './service.ts'

/**
 * The questions that neither options nor the directory answer.
 *
 * @param isFree says whether a service of this name can be made where the user is
 */
export function missingQuestions(
  given: Answers,
  directory: string | undefined,
  isFree: (name: string) => Verdict,
): PromptQuestion[] {
  const derived = directory === undefined ? undefined : nameFrom(directory)
  const named = given.name ?? (derived !== undefined && isServiceName(derived) === true ? derived : undefined)
  return [
    ...(named === undefined ? [nameQuestion(isFree)] : []),
    ...(given.description === undefined ? [descriptionQuestion(named)] : []),
    ...(given.searchers === undefined ? [searchersQuestion([DEFAULT_SEARCHERS])] : []),
    ...(given.sources === undefined ? [sourcesQuestion(given.searchers)] : []),
    ...(given.uploadFiles === undefined ? [uploadFilesQuestion()] : []),
  ]
}

/** Asks a service's name, which without a directory is its folder's too. */
export function nameQuestion(isFree: (name: string) => Verdict): PromptQuestion {
  return {
    type: 'input',
    name: 'name',
    message: 'Name of the service',
    default: DEFAULT_NAME,
    validate: (title: string) => {
      const name = nameFromTitle(title.trim())
      const verdict = isServiceName(name)
      return verdict === true ? isFree(name) : verdict
    },
    filter: (title: string) => nameFromTitle(title.trim()),
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
    filter: (description: string) => description.trim(),
  }
}

/** Asks the searchers that a service begins with, and says what each looks up. */
export function searchersQuestion(chosen: readonly string[]): PromptQuestion {
  return {
    type: 'checkbox',
    name: 'searchers',
    message: 'Searchers to begin with',
    choices: usualSearchers.map(({ name, types }) => ({
      name: `${name}: ${types.join(', ')}`,
      short: name,
      value: name,
      checked: chosen.includes(name),
    })),
    pageSize: usualSearchers.length,
    required: true,
  }
}

/** Asks which sources the searchers ask: those that look up what these are for. A searcher without one takes its usual source. */
export function sourcesQuestion(searchers: string | undefined): PromptQuestion {
  const chosenOf = (answers: { searchers?: string[] }) =>
    (answers.searchers ?? listValue(searchers ?? '')).map(findUsualSearcher).filter((usual) => usual !== undefined)
  return {
    type: 'checkbox',
    name: 'sources',
    message: 'Sources that they ask',
    choices: (answers: { searchers?: string[] }) => {
      const chosen = chosenOf(answers)
      const usual = chosen.map(({ name, types }) => usualSource(name, types)).filter((id) => id !== undefined)
      return sourceChoices(
        chosen.flatMap(({ types }) => types),
        usual,
      )
    },
    when: (answers: { searchers?: string[] }) => chosenOf(answers).length > 0,
    pageSize: 30,
  }
}

/** Asks whether SOAR shall send files. */
export function uploadFilesQuestion(): PromptQuestion {
  return { type: 'confirm', name: 'uploadFiles', message: 'Begin with file uploads on', default: false }
}
