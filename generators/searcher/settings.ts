import { type EnvLine, names } from '../app/templates/scripts/env-file.ts'
import { findSource } from '../source-list.ts'

/** What `.env.example` says of sources. A skeleton has nothing to set before it is filled in. */
export function settingsOf(ids: readonly string[]): EnvLine[] {
  return ids.flatMap((id) => findSource(id)?.settings ?? [])
}

/** Whether an `.env` file gives a setting a value, or names a file that does. */
export function isSet(text: string, setting: string): boolean {
  return new RegExp(`^\\s*(?:export\\s+)?${setting}(?:_FILE)?[ \\t]*=[ \\t]*[^\\s#]`, 'm').test(text)
}

/** The settings to which an `.env` file's text gives a line of their own. */
export function settingNames(text: string): string[] {
  return [...text.matchAll(/^(\w+)=/gm)].map(([, name]) => name!)
}

/**
 * An `.env` file's text with the settings of another at its end that it does not name yet, under their comments.
 *
 * @param given settings that it was given before, and that are not to return
 */
export function withSettingsOf(text: string, other: string, given: ReadonlySet<string> = new Set()): string {
  const isMissing = (name: string) => !names(text, name) && !given.has(name)
  const missing = other.split('\n\n').map((paragraph) => missingLines(paragraph.trimEnd().split('\n'), isMissing))
  const added = missing.filter((lines) => lines.length > 0).map((lines) => `\n${lines.join('\n')}\n`)
  return added.length === 0 ? text : `${text.trimEnd()}\n${added.join('')}`
}

function missingLines(paragraph: readonly string[], isMissing: (name: string) => boolean): string[] {
  const missing = paragraph.filter((line) => settingNames(line).some(isMissing))
  return missing.length === 0 ? [] : [...paragraph.filter((line) => line.startsWith('# ')), ...missing]
}
