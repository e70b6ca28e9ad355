/** A setting as an `.env` file has it. */
export interface EnvLine {
  name: string
  /** What it is for: one line. */
  comment: string
  /** The value it begins with. */
  example: string
  /** Whether the service has a default of its own, so that the line begins as a comment. */
  optional?: boolean
}

/** The settings that an `.env` file's text does not name yet. */
export function missingFrom<T extends { name: string }>(text: string, settings: readonly T[]): T[] {
  return settings.filter(({ name }) => !names(text, name))
}

/** An `.env` file's text with the settings that it does not name yet at its end; what is there stays as it is. */
export function withSettings(text: string, settings: readonly EnvLine[]): string {
  const missing = missingFrom(text, settings)
  if (missing.length === 0) return text
  const before = text === '' ? '' : `${text.trimEnd()}\n\n`
  return `${before}${missing.map(settingLines).join('\n')}\n`
}

/** Whether a setting has its line, if only as a comment or by way of a file (`NAME_FILE`). */
export function names(text: string, setting: string): boolean {
  return new RegExp(`^[#\\s]*(?:export\\s+)?${setting}(?:_FILE)?\\s*=`, 'm').test(text)
}

function settingLines({ name, comment, example, optional }: EnvLine): string {
  return `# ${comment}\n${optional ? '# ' : ''}${name}=${example}`
}
