import { existsSync, readFileSync } from 'node:fs'
import { ConfigError } from '../setting.ts'
import { decodeText, type Environment } from './variable.ts'

/** A line of an `.env` file, or several where quotes hold line ends: a comment, a setting, or something else. */
const ENTRY =
  /^[^\S\n]*(?:#.*|(?:export\s+)?(?<name>[A-Za-z_]\w*)[^\S\n]*=[^\S\n]*(?:(?<quote>["'`])(?<quoted>(?:(?!\k<quote>)[^])*)\k<quote>[^\S\n]*(?:#.*)?|(?<plain>.*))|(?<other>.+))$/gm

/**
 * Adds the settings of a file, if there is one, to an environment, which wins, also where it is empty.
 * @throws {ConfigError} as `readEnvFile` does.
 */
export function addEnvFile(path: string, env: Environment): void {
  if (!existsSync(path)) return
  for (const [name, value] of Object.entries(readEnvFile(path))) env[name] ??= value
}

/**
 * Reads a file of settings, each `NAME=value`. What `docker run --env-file` and Compose read is read as they do it;
 * quotes, which only Docker keeps, are taken off. A `#` that some of them take for a comment and others for a part of
 * the value is refused.
 * @throws {ConfigError} that names each line that cannot be read, and no value.
 */
export function readEnvFile(path: string): Record<string, string> {
  const text = decodeText(readFileSync(path))
  if (text === undefined || text.includes('\0')) throw new ConfigError(`${path} is not text in UTF-8`)
  const values: Record<string, string> = {}
  const problems: string[] = []
  for (const { index, groups = {} } of text.replaceAll('\r\n', '\n').matchAll(ENTRY)) {
    const { name, quote, quoted, plain, other } = groups
    const value = quoted === undefined ? plain?.trim() : quote === '"' ? quoted.replaceAll('\\n', '\n') : quoted
    const problem = other?.trim()
      ? 'it is no setting, such as NAME=value'
      : plain && name && problemOf(name, plain.trim())
    if (problem) problems.push(`line ${text.slice(0, index).split('\n').length}: ${problem}`)
    else if (name && value !== undefined) values[name] = value
  }
  if (problems.length === 0) return values
  throw new ConfigError(`${path} cannot be read:\n${problems.map((one) => `  ${one}`).join('\n')}`)
}

function problemOf(name: string, plain: string): string | undefined {
  if (/^["'`]/.test(plain)) return `${name} begins with a quote, but does not end with it`
  if (/(^|\s)#/.test(plain)) return `put the value of ${name} in quotes, or what "#" begins on a line of its own`
  return undefined
}
