import { relative } from 'node:path'
import { isSet, settingsOf } from '../searcher/settings.ts'
import { withAsked } from '../searcher/searcher-files.ts'
import type { SearcherPlan } from '../searcher/plan.ts'
import { usualSearchers } from '../usual-searchers.ts'

/** What a run has made. */
export interface Outcome {
  name: string
  folder: string
  /** From where the user called. */
  cwd: string
  searchers: readonly SearcherPlan[]
  /** How many files it has. */
  files: number
  installed: boolean
  /** The text of its `.env`. */
  env: string
}

/** What the end of a run prints: what was made, and what to do next. */
export function nextSteps({ name, folder, cwd, searchers, files, installed, env }: Outcome): string[] {
  const kinds = searchers.map((plan) => `${plan.name} (${plan.sources.join(', ')})`).join(', ')
  const place = relative(cwd, folder)
  const commands = [...(place === '' ? [] : [`cd ${quoted(place)}`]), ...(installed ? [] : ['npm install'])]
  const settings = settingsOf(withAsked(searchers.flatMap((plan) => plan.sources)))
  const keys = settings.filter((setting) => !setting.optional && !isSet(env, setting.name)).map((key) => key.name)
  const missing = keys.length > 0 ? `; first fill in .env: ${keys.join(', ')}` : ''
  const another = anotherSearcher(searchers)
  return [
    `${name} is in ${folder}: ${files} files; searchers: ${kinds}.`,
    `  ${[...commands, 'npm run demo'].join(' && ')}   # a scan from POST to hits; no key, database or network needed`,
    `  npm run dev   # the service itself${missing}`,
    `  resilient-cts searcher ${another}   # or yo resilient-cts:searcher ${another}: one more searcher`,
    'README.md says what is yours and what is ours, and has the rest.',
  ]
}

function anotherSearcher(searchers: readonly SearcherPlan[]): string {
  const names = searchers.map((plan) => plan.name)
  return usualSearchers.find((usual) => !names.includes(usual.name))?.name ?? 'NAME'
}

/** A path as a shell takes it, to be copied. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `"${path.replaceAll(/["$`\\]/g, String.raw`\$&`)}"`
}
