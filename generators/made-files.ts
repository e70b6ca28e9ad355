import { isDeepStrictEqual } from 'node:util'
import { ENV_EXAMPLE, type TemplateValues, exampleFile } from './app/template-files.ts'
import { withSettings } from './app/templates/scripts/env-file.ts'
import { INDEX_HEADER, indexLines, renderIndex } from './app/templates/scripts/render-index.ts'
import { modulesIn } from './modules.ts'
import { withAsked } from './searcher/searcher-files.ts'
import { settingsOf, withSettingsOf } from './searcher/settings.ts'
import { readText } from './upgrade/disk.ts'
import { type Files, withLf } from './upgrade/texts.ts'

/** Where a service lists its searchers. */
export const INDEX = 'src/searchers/index.ts'

/** The index of a service's searchers, and of those that it is about to have; `undefined` if its owner keeps it by hand. */
export function searcherIndex(root: string, names: readonly string[] = []): string | undefined {
  const found = withLf(readText(root, INDEX) ?? INDEX_HEADER)
  if (!found.startsWith(INDEX_HEADER)) return undefined
  const rendered = renderIndex([...new Set([...modulesIn(root, 'src/searchers'), ...names])].toSorted())
  return isReordered(found, rendered) ? found : rendered
}

/** Whether two indexes list the same in another order, as after a merge of two branches. */
function isReordered(one: string, other: string): boolean {
  const parts = [one, other].map((text) => {
    const lines = text.split('\n')
    const isListed = (line: string) => /^(?:import \{ searcher as | {2}searcher_)/.test(line)
    return [lines.filter(isListed).toSorted(), lines.filter((line) => !isListed(line))]
  })
  return isDeepStrictEqual(parts[0], parts[1])
}

/** The lines that an index kept by hand needs for a searcher. */
export function linesForIndex(name: string): string {
  const { importLine, entryLine } = indexLines(name)
  return `${importLine}\n${entryLine}`
}

/** The example of a new service's settings. */
export function newExample(values: TemplateValues, sourceIds: readonly string[]): string {
  return withSourceSettings(exampleFile(values), sourceIds)
}

/** The settings that an example is to name. */
export interface Wanted {
  /** What the template says, if that may have grown. */
  values?: TemplateValues
  /** The sources whose settings these are, too. */
  ids: readonly string[]
  /** The settings that it was given before: those that its owner has taken out stay out. */
  given?: ReadonlySet<string>
}

/** A service's example with the settings that it does not name yet; `undefined` if its owner has deleted it. */
export function grownExample(root: string, { values, ids, given = new Set() }: Wanted): string | undefined {
  const theirs = readText(root, ENV_EXAMPLE)
  if (theirs === undefined) return undefined
  const text = values ? withSettingsOf(withLf(theirs), exampleFile(values), given) : withLf(theirs)
  return withSourceSettings(text, ids, given)
}

/** An `.env` file's text with the settings of these sources, and of those that they ask, at its end, but for some. */
export function withSourceSettings(text: string, ids: readonly string[], but: ReadonlySet<string> = new Set()): string {
  return withAsked(ids)
    .map((id) => settingsOf([id]).filter(({ name }) => !but.has(name)))
    .reduce(withSettings, text)
}

/** Those of some files that are to be made, by path. */
export function madeFiles(files: Record<string, string | undefined>): Files {
  return new Map(Object.entries(files).filter((file): file is [string, string] => file[1] !== undefined))
}
