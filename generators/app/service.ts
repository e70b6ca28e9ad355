import { listValue } from '../list-value.ts'
import { remedy } from '../nearest.ts'
import { OptionError, check } from '../option-error.ts'
import { isDistinct } from '../searcher/existing-searcher.ts'
import { type SearcherPlan, planSearcher } from '../searcher/plan.ts'
import type { ServiceAnswers, ServiceRecord } from '../service-record.ts'
import type { Run } from '../upgrade/record.ts'
import { findUsualSearcher, sourcesAmong, usualSearchers } from '../usual-searchers.ts'
import { areSources, isDescription, isServiceName } from '../validators.ts'
import { DEFAULT_SEARCHERS, descriptionFrom, nameFrom } from './defaults.ts'

/** What is known of a service before the defaults: from options or answers. */
export interface Answers {
  name?: string | undefined
  description?: string | undefined
  /** Names, separated by commas. */
  searchers?: string | undefined
  /** Ids, separated by commas. */
  sources?: string | undefined
  uploadFiles?: boolean | undefined
}

/** The answers as the journal of a making keeps them, so that a second run need not be told again. */
export function makingOf(answers: Answers): Run {
  const given = Object.entries(answers).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])), command: 'make' }
}

/** What a making that was interrupted was told, and what the second run is told instead. */
export function answersAfter({ command: _make, uploadFiles, ...begun }: Run, answers: Answers): Answers {
  const given = Object.entries(answers).filter(([, value]) => value !== undefined)
  const uploads = uploadFiles === undefined ? {} : { uploadFiles: uploadFiles === 'true' }
  return { ...begun, ...uploads, ...Object.fromEntries(given) }
}

/** A service to be made: everything that its files follow from. */
export interface Service extends ServiceAnswers {
  searchers: readonly SearcherPlan[]
}

/** A service's name made of a title such as "Acme Threats". What is a name already, or a path, stays as it is. */
export function nameFromTitle(title: string): string {
  return isServiceName(title) === true || /[/\\]/.test(title) ? title : nameFrom(title) || title
}

/**
 * Checks what options or answers say, before the rest is known.
 *
 * @throws OptionError naming the first value that cannot be
 */
export function checkAnswers({ name, description, searchers, sources }: Answers, record?: ServiceRecord): void {
  if (name !== undefined) check(isServiceName(name))
  if (description !== undefined) check(isDescription(description))
  if (searchers !== undefined) for (const searcher of searcherNames(searchers)) checkSearcher(searcher, record)
  if (sources !== undefined) check(areSources(listValue(sources)))
}

/**
 * The service that answers make, completed from defaults.
 *
 * @throws OptionError if the folder makes no name, or the answers do not go together
 */
export function completeService(answers: Answers, folder: string): Service {
  checkAnswers(answers)
  const name = answers.name ?? nameFrom(folder)
  if (isServiceName(name) !== true)
    throw new OptionError(`"${folder}" makes no name for a service. Give one with --name.`)
  const ids = listValue(answers.sources ?? '')
  const searchers = listValue(answers.searchers ?? DEFAULT_SEARCHERS).map((searcher, index, names) => {
    check(isDistinct(folder, searcher, names.slice(0, index)))
    const usual = findUsualSearcher(searcher) ?? { name: searcher, types: [] }
    const sources = sourcesAmong(ids, usual, names)
    return planSearcher({ name: searcher, sources: sources.join(',') || undefined })
  })
  checkAllAsked(ids, searchers)
  const { description = descriptionFrom(name), uploadFiles = false } = answers
  return { name, description, uploadFiles, searchers }
}

/**
 * A service that is there, with its searchers, also those whose files its owner has deleted.
 *
 * @throws OptionError for searchers and sources that are to be added
 */
export function knownService({ searchers, sources, ...answers }: Answers, record: ServiceRecord): Service {
  checkAnswers({ searchers, sources, ...answers }, record)
  const plans = Object.entries(record.searchers).map(([name, known]) => planSearcher({ name }, known))
  const searcher = listValue(searchers ?? '').find((name) => !Object.hasOwn(record.searchers, name))
  if (searcher !== undefined) {
    throw new OptionError(`There is no searcher "${searcher}" yet. Add it: resilient-cts searcher ${searcher}`)
  }
  const source = listValue(sources ?? '').find((id) => !plans.some((plan) => plan.sources.includes(id)))
  if (source !== undefined) {
    throw new OptionError(
      `No searcher asks "${source}" yet. Add it to one: resilient-cts searcher NAME --source ${source}`,
    )
  }
  const { name = record.name, description = record.description, uploadFiles = record.uploadFiles } = answers
  return { name, description, uploadFiles, searchers: plans }
}

function searcherNames(list: string): string[] {
  const names = listValue(list)
  if (names.length === 0)
    throw new OptionError(`"${list}" names no searcher. Name at least one, such as ${DEFAULT_SEARCHERS}.`)
  return names
}

function checkAllAsked(ids: readonly string[], searchers: readonly SearcherPlan[]): void {
  const idle = ids.find((id) => !searchers.some((plan) => plan.sources.includes(id)))
  if (idle === undefined) return
  const able = usualSearchers.filter((usual) => sourcesAmong([idle], usual, []).length > 0)
  const names = searchers.map((plan) => plan.name).join(', ')
  throw new OptionError(
    `Source "${idle}" looks up nothing that the searchers are for: ${names}. Add --searchers ${able.map((usual) => usual.name).join(' or ')}, or leave it out.`,
  )
}

function checkSearcher(name: string, record: ServiceRecord | undefined): void {
  if (findUsualSearcher(name) || record?.searchers[name]) return
  const known = usualSearchers.map((usual) => usual.name)
  throw new OptionError(
    `Searcher "${name}" is not known. ${remedy(name, known)} Others are added afterwards: resilient-cts searcher ${name} --types …`,
  )
}
