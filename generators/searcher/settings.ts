import { BLANK, type Setting } from '../sources.ts'
import { renameBlank } from './adapt.ts'
import type { SearcherPlan } from './plan.ts'

/** The settings that a searcher brings into a service. */
export function settingsOf(plan: SearcherPlan): Setting[] {
  return plan.source.settings.map((setting) => {
    if (plan.source.id !== BLANK) return setting
    return { ...setting, name: renameBlank(setting.name, plan.name), comment: renameBlank(setting.comment, plan.name) }
  })
}

/** An `.env` file's text with the settings that it does not name yet at its end; what is there stays as it is. */
export function withSettings(text: string, settings: readonly Setting[]): string {
  const missing = settings.filter((setting) => !names(text, setting.name))
  if (missing.length === 0) return text
  const before = text === '' ? '' : `${text.trimEnd()}\n\n`
  return `${before}${missing.map(settingLines).join('\n')}\n`
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

/** Whether a setting has its line, if only as a comment or by way of a file (`NAME_FILE`). */
function names(text: string, setting: string): boolean {
  return new RegExp(`^[#\\s]*(?:export\\s+)?${setting}(?:_FILE)?\\s*=`, 'm').test(text)
}

function settingLines({ name, comment, example, optional }: Setting): string {
  return `# ${comment}\n${optional ? '# ' : ''}${name}=${example}`
}
