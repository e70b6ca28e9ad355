import { relative } from 'node:path'
import { type Changes, aboutEdited } from '../owners-files.ts'
import { isSet, settingsOf } from '../searcher/settings.ts'
import type { SearcherPlan } from '../searcher/plan.ts'
import { usualSearchers } from '../usual-searchers.ts'

/** What a run has made, and in what state it leaves the service. */
export interface Outcome {
  name: string
  folder: string
  /** From where the user called. */
  cwd: string
  searchers: readonly SearcherPlan[]
  changes: Changes
  installed: boolean
  /** Whether there was a service already. */
  upgraded: boolean
  /** The text of its `.env`. */
  env: string
}

/** What the end of a run prints: what was made, and what to do next. */
export function nextSteps(outcome: Outcome): string[] {
  const { name, folder, searchers, changes } = outcome
  const { created, changed } = changes
  const kinds = searchers.map((plan) => `${plan.name} (${plan.source.id})`).join(', ')
  const written = created.length + changed.length
  return [
    `${name} is in ${folder}: ${written === 0 ? 'nothing has changed' : count(written, 'file')}; searchers: ${kinds}.`,
    ...aboutEdited(changes),
    ...(written === 0 ? [] : steps(outcome)),
  ]
}

function steps({ folder, cwd, searchers, installed, upgraded, env }: Outcome): string[] {
  const place = relative(cwd, folder)
  const commands = [...(place === '' ? [] : [`cd ${quoted(place)}`]), ...(installed ? [] : ['npm install'])]
  const settings = searchers.flatMap(settingsOf).filter((setting) => !setting.optional && !isSet(env, setting.name))
  const keys = [...new Set(settings.map((setting) => setting.name))]
  const missing = keys.length > 0 ? `first fill in .env: ${keys.join(', ')}` : ''
  if (upgraded) {
    const test = `  ${[...commands, 'npm test'].join(' && ')}   # whether your searchers go with what is new`
    return [test, ...(missing ? [`  npm run dev   # ${missing}`] : [])]
  }
  const another = anotherSearcher(searchers)
  return [
    `  ${[...commands, 'npm run demo'].join(' && ')}   # a scan from POST to hits; no key, database or network needed`,
    `  npm run dev   # the service itself${missing && `; ${missing}`}`,
    `  resilient-cts searcher ${another}   # or yo resilient-cts:searcher ${another}: one more searcher`,
    'README.md has the rest: endpoints, settings, tests, deployment.',
  ]
}

function anotherSearcher(searchers: readonly SearcherPlan[]): string {
  const names = searchers.map((plan) => plan.name)
  return usualSearchers.find((usual) => !names.includes(usual.name))?.name ?? 'NAME'
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** A path as a shell takes it, to be copied. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `"${path.replaceAll(/["$`\\]/g, String.raw`\$&`)}"`
}
