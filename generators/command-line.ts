import { parseArgs } from 'node:util'
import { editDistance, nearest } from './app/templates/src/core/settings/unknown.ts'
import { remedy } from './nearest.ts'
import { OptionError } from './option-error.ts'
import { type CommandOption, appOptions, searcherOptions } from './options.ts'

/** A command of the bin: the generator that it runs, and how its arguments read. */
export interface Command {
  generator: 'app' | 'searcher'
  usage: string
  purpose: string
  options: readonly CommandOption[]
}

/** The commands; the first is meant where none is named. */
export const commands = {
  app: {
    generator: 'app',
    usage: 'resilient-cts [directory] [options]',
    purpose: 'Makes a custom threat service for IBM Security SOAR, or brings one up to date.',
    options: appOptions,
  },
  searcher: {
    generator: 'searcher',
    usage: 'resilient-cts searcher NAME [options]',
    purpose: 'Adds a searcher to the service that the current directory is in.',
    options: searcherOptions,
  },
} satisfies Record<string, Command>

/** Options that every command has, and that run nothing. */
export const askingOptions: readonly CommandOption[] = [
  { name: 'help', short: 'h', description: 'Show this help' },
  { name: 'version', description: "Show this package's version" },
]

/** What a command line asks for. */
export interface Invocation {
  command: Command
  args: string[]
  /** By name in code: `skipGit`. */
  options: Record<string, string | boolean>
}

/**
 * Reads a command line.
 *
 * @throws OptionError naming an unknown option, a missing value, or a value that a switch does not take
 */
export function readCommandLine(argv: readonly string[]): Invocation {
  const [first, ...rest] = argv
  const command = first === 'searcher' ? commands.searcher : commands.app
  const declared = [...command.options, ...askingOptions]
  const { tokens, positionals } = parseArgs({
    args: command === commands.searcher ? rest : [...argv],
    options: Object.fromEntries(declared.map(parseOption)),
    allowPositionals: true,
    allowNegative: true,
    strict: false,
    tokens: true,
  })
  const [directory = '', ...more] = positionals
  if (command === commands.app && more.length > 0 && nearest(directory, ['searcher'])) {
    throw new OptionError(`"${directory}" is no command. Did you mean "resilient-cts searcher ${more.join(' ')}"?`)
  }
  const dashed = positionals.find((argument) => argument.startsWith('-'))
  if (command === commands.app && dashed !== undefined) {
    throw new OptionError(`"${dashed}" begins with "-", as an option does. A directory of that name is "./${dashed}".`)
  }
  const given = tokens.filter((token) => token.kind === 'option')
  const options = Object.fromEntries(given.map((token) => [camelCase(token.name), valueOf(token, declared)]))
  return { command, args: positionals, options }
}

interface OptionToken {
  name: string
  rawName: string
  value: string | undefined
  inlineValue: boolean | undefined
}

function valueOf({ name, rawName, value, inlineValue }: OptionToken, declared: readonly CommandOption[]) {
  const option = declared.find((candidate) => candidate.name === name)
  if (!option) throw new OptionError(unknownOption(name, rawName, declared))
  const negative = rawName.startsWith('--no-')
  if (!option.value) {
    if (value !== undefined) throw new OptionError(`${rawName} takes no value, but got "${value}". Leave it out.`)
    return !negative
  }
  if (negative) throw new OptionError(`Option "${rawName}" is not known: --${name} is no switch. Leave it out.`)
  if (value === undefined || (!inlineValue && value.startsWith('-'))) {
    throw new OptionError(`${rawName} needs a value: ${rawName} ${option.value}.`)
  }
  return value
}

function unknownOption(name: string, rawName: string, declared: readonly CommandOption[]): string {
  const known = declared.map((candidate) => `--${candidate.name}`)
  const other = Object.values(commands).find(({ options }) => options.some((candidate) => candidate.name === name))
  const isMistyped = known.some((candidate) => editDistance(rawName, candidate) === 1)
  if (other && !isMistyped) return `Option "${rawName}" is of another command: ${other.usage}`
  return `Option "${rawName}" is not known. ${remedy(rawName, known)}`
}

function parseOption({ name, value, short }: CommandOption) {
  return [name, { type: value ? ('string' as const) : ('boolean' as const), ...(short ? { short } : {}) }] as const
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase())
}
