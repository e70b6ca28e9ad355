import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, askingOptions, commands } from './command-line.ts'
import type { CommandOption } from './options.ts'
import { generatorFolder } from './package-root.ts'

/** What `--help` prints of a command: its usage and options, and its USAGE, which `yo` prints too. */
export function helpText(command: Command): string {
  const other = command.generator === 'app' ? commands.searcher : commands.app
  return [
    `Usage: ${command.usage}`,
    `${command.purpose}\n`,
    `Options:\n${optionLines([...command.options, ...askingOptions])}\n`,
    readFileSync(join(generatorFolder(command.generator), 'USAGE'), 'utf8'),
    `See also: ${other.usage}`,
  ].join('\n')
}

function optionLines(options: readonly CommandOption[]): string {
  const rows = options.map(({ name, value, short, description }) => ({
    flag: `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`,
    description,
  }))
  const width = Math.max(...rows.map((row) => row.flag.length))
  return rows.map(({ flag, description }) => `  ${flag.padEnd(width)}  ${description}`).join('\n')
}
