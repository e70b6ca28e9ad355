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

/** An `.env` file's text with the settings of another at its end that it does not name yet, under their comments. */
export function withSettingsOf(text: string, other: string): string {
  const missing = other.split('\n\n').map((paragraph) => missingLines(text, paragraph.trimEnd().split('\n')))
  const added = missing.filter((lines) => lines.length > 0).map((lines) => `\n${lines.join('\n')}\n`)
  return added.length === 0 ? text : `${text.trimEnd()}\n${added.join('')}`
}

function missingLines(text: string, paragraph: readonly string[]): string[] {
  const nameIn = (line: string) => /^(\w+)=/.exec(line)?.[1]
  const missing = paragraph.filter((line) => nameIn(line) !== undefined && !names(text, nameIn(line)!))
  return missing.length === 0 ? [] : [...paragraph.filter((line) => line.startsWith('# ')), ...missing]
}
