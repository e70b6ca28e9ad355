import { relative } from 'node:path'
import { quoted } from '../quoted.ts'
import type { SearcherPlan } from '../searcher/plan.ts'
import { withAsked } from '../searcher/searcher-files.ts'
import { isSet, settingsOf } from '../searcher/settings.ts'
import { skeletonPath } from '../searcher/skeleton.ts'
import { BLANK, askedInTurn } from '../source-list.ts'
import { usualSearchers } from '../usual-searchers.ts'

/** What a run has made. */
export interface Outcome {
  name: string
  folder: string
  /** From where the user called. */
  cwd: string
  searchers: readonly SearcherPlan[]
  installed: boolean
  /** The text of its `.env`. */
  env: string
  /** The command that adds a searcher. */
  searcherCommand: string
}

/** What the end of a run prints: what was made, and what to do next. */
export function nextSteps({ name, folder, cwd, searchers, installed, env, searcherCommand }: Outcome): string[] {
  const kinds = searchers.map(({ name, sources }) => `${name} (${sources.map(called).join(', ')})`).join(', ')
  const skeletons = searchers.filter(({ sources }) => sources.includes(BLANK)).map((plan) => skeletonPath(plan.name))
  // without a source that can be asked, there is nothing to show
  const once = searchers.every(({ sources }) => sources.every((id) => id === BLANK)) ? ', once that is done' : ''
  const place = relative(cwd, folder)
  const commands = [...(place === '' ? [] : [`cd ${quoted(place)}`]), ...(installed ? [] : ['npm install'])]
  const settings = settingsOf(withAsked(searchers.flatMap((plan) => plan.sources)))
  const keys = settings.filter((setting) => !setting.optional && !isSet(env, setting.name)).map((key) => key.name)
  const missing = keys.length > 0 ? `; first fill in .env: ${keys.join(', ')}` : ''
  return [
    `${name} is in ${folder}; searchers: ${kinds}.`,
    ...askedInTurn([...new Set(searchers.flatMap((plan) => plan.sources))]),
    ...skeletons.map(
      (path) =>
        `Fill in ${path} first, a skeleton that is not asked before: README.md, "Write a source in ten minutes".`,
    ),
    `  ${[...commands, 'npm run demo'].join(' && ')}   # a scan from POST to hits${once}; no key, database or network needed`,
    `  npm run dev   # the service itself${once}${missing}`,
    `  ${searcherCommand} ${anotherSearcher(searchers)}   # one more searcher`,
    'README.md says what is yours and what is ours, and has the rest.',
  ]
}

/** What was written, in one line by folder; file by file if all is wanted. */
export function writtenLines(
  paths: readonly string[],
  { verbose = false }: { verbose?: boolean | undefined },
): string[] {
  if (verbose) return paths.map((path) => `  create  ${path}`)
  const counts = new Map<string, number>()
  for (const folder of paths.map(folderOf)) counts.set(folder, (counts.get(folder) ?? 0) + 1)
  const folders = [...counts].map(([folder, count]) => `${folder} ${count}`)
  return [`Wrote ${paths.length} files: ${folders.toSorted().join(', ')}.`]
}

/** The folder that a file counts for: the rooms of `src` and `test` are told apart. */
function folderOf(path: string): string {
  const [top = '', second, third] = path.split('/')
  if (second === undefined || top.startsWith('.')) return 'others'
  return third !== undefined && (top === 'src' || top === 'test') ? `${top}/${second}` : top
}

function called(id: string): string {
  return id === BLANK ? 'a skeleton' : id
}

function anotherSearcher(searchers: readonly SearcherPlan[]): string {
  const names = searchers.map((plan) => plan.name)
  return usualSearchers.find((usual) => !names.includes(usual.name))?.name ?? 'NAME'
}
