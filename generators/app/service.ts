import { listValue } from '../list-value.ts'
import { remedy } from '../nearest.ts'
import { OptionError, check } from '../option-error.ts'
import { hasSearcher, isDistinct, isFree } from '../searcher/existing-searcher.ts'
import { type SearcherPlan, planSearcher, recordOf } from '../searcher/plan.ts'
import type { ServiceRecord } from '../service-record.ts'
import { findUsualSearcher, usualSearchers } from '../usual-searchers.ts'
import { isDescription, isServiceName } from '../validators.ts'
import { DEFAULT_SEARCHERS, descriptionFrom, nameFrom } from './defaults.ts'
import type { Destination } from './destination.ts'

/** What is known of a service before the defaults: from options or answers. */
export interface Answers {
  name?: string | undefined
  description?: string | undefined
  /** Names, separated by commas. */
  searchers?: string | undefined
  uploadFiles?: boolean | undefined
}

/** A service to be made: everything that its files follow from. */
export interface Service {
  name: string
  description: string
  uploadFiles: boolean
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
export function checkAnswers({ name, description, searchers }: Answers, record?: ServiceRecord): void {
  if (name !== undefined) check(isServiceName(name))
  if (description !== undefined) check(isDescription(description))
  if (searchers !== undefined) for (const searcher of searcherNames(searchers)) checkSearcher(searcher, record)
}

/**
 * The service that answers make, completed from its record and from defaults. A recorded searcher whose file is gone
 * stays gone, unless it is named anew.
 *
 * @throws OptionError if the directory makes no name, or a searcher would take the place of a file of the owner's
 */
export function completeService(answers: Answers, { folder, record }: Destination, force: boolean): Service {
  checkAnswers(answers, record)
  const name = answers.name ?? record?.name ?? nameFrom(folder)
  if (isServiceName(name) !== true)
    throw new OptionError(`"${folder}" makes no name for a service. Give one with --name.`)
  const present = Object.keys(record?.searchers ?? {}).filter((searcher) => hasSearcher(folder, searcher))
  const named = answers.searchers ?? (record ? '' : DEFAULT_SEARCHERS)
  const searchers = [...new Set([...present, ...listValue(named)])].map((searcher, index, names) => {
    check(isDistinct(folder, searcher, names.slice(0, index)))
    const plan = planSearcher({ name: searcher }, record?.searchers[searcher])
    if (!force && !record?.searchers[searcher]) check(isFree(folder, plan))
    return plan
  })
  return {
    name,
    description: answers.description ?? record?.description ?? descriptionFrom(name),
    uploadFiles: answers.uploadFiles ?? record?.uploadFiles ?? false,
    searchers,
  }
}

/** A service as `.yo-rc.json` keeps it. */
export function serviceRecord({ name, description, uploadFiles, searchers }: Service): ServiceRecord {
  return {
    name,
    description,
    uploadFiles,
    searchers: Object.fromEntries(searchers.map((plan) => [plan.name, recordOf(plan)])),
  }
}

function searcherNames(list: string): string[] {
  const names = listValue(list)
  if (names.length === 0)
    throw new OptionError(`"${list}" names no searcher. Name at least one, such as ${DEFAULT_SEARCHERS}.`)
  return names
}

function checkSearcher(name: string, record: ServiceRecord | undefined): void {
  if (findUsualSearcher(name) || record?.searchers[name]) return
  const known = usualSearchers.map((usual) => usual.name)
  throw new OptionError(
    `Searcher "${name}" is not known. ${remedy(name, known)} Others are added afterwards: resilient-cts searcher ${name} --types …`,
  )
}
