import type Generator from 'yeoman-generator'
import { OptionError } from './option-error.ts'

/** An option of a command, as both doors to the generators know it. */
export interface CommandOption {
  name: string
  description: string
  /** What stands for its value in the help. An option without is a switch. */
  value?: string
  short?: string
}

const yes: CommandOption = {
  name: 'yes',
  short: 'y',
  description: 'Ask nothing: take the defaults, and keep files that you have edited',
}

const common: readonly CommandOption[] = [
  { name: 'force', short: 'f', description: 'Overwrite files, also those that you have edited' },
  { name: 'dry-run', description: 'Show what would be written, and write nothing' },
]

/** The options of the command that makes a service. */
export const appOptions: readonly CommandOption[] = [
  { name: 'name', value: 'NAME', description: 'Name or title of the service; default: from the directory' },
  { name: 'description', value: 'TEXT', description: 'What the service is for, in one line; default: from the name' },
  { name: 'searchers', value: 'LIST', description: 'Searchers to begin with, such as url,ip; default: url' },
  { name: 'upload-files', description: 'Begin with file uploads on' },
  { name: 'demo', description: 'After the installation, run the demo of the new service once' },
  yes,
  { name: 'skip-install', description: 'Do not install dependencies' },
  { name: 'skip-git', description: 'Do not make a git repository' },
  ...common,
]

/** The options of the command that adds a searcher. */
export const searcherOptions: readonly CommandOption[] = [
  {
    name: 'types',
    value: 'LIST',
    description: 'Artifact types to look up, such as net.uri,net.name; default: from the name',
  },
  {
    name: 'source',
    value: 'ID',
    description: 'Ready-made source to start from; default: the one usual for the name, or blank',
  },
  yes,
  { name: 'skip-install', description: 'Changes nothing: a searcher needs no installation' },
  { name: 'skip-git', description: 'Changes nothing: a searcher needs no new repository' },
  ...common,
]

/** Declares options in Yeoman's way. */
export function declareOptions(generator: Generator, options: readonly CommandOption[]): void {
  for (const { name, description, value, short } of options) {
    generator.option({ name, description, type: value ? String : Boolean, ...(short ? { alias: short } : {}) })
  }
}

/** A generator's options under their names in code: `--skip-git` is `skipGit`, from whichever door it came. */
export function optionsOf(generator: Generator): Record<string, unknown> {
  const options = generator.options as Record<string, unknown>
  const renamed = Object.entries(options).map(([name, value]) => [name.replaceAll(/-(\w)/g, capital), value])
  return { ...Object.fromEntries(renamed), ...options }
}

function capital(_match: string, letter: string): string {
  return letter.toUpperCase()
}

/**
 * `yo` does not know which options are switches, and gives one the argument that follows it.
 *
 * @throws OptionError naming the argument that a switch has swallowed, or one too many
 */
export function checkUse(generator: Generator, options: readonly CommandOption[], argument: string): void {
  const given = generator._initOptions as Record<string, unknown>
  for (const { name, value } of options) {
    const swallowed = given[name]
    if (!value && typeof swallowed === 'string' && swallowed !== 'true' && swallowed !== 'false') {
      throw new OptionError(`--${name} takes no value, but got "${swallowed}". Put the ${argument} before the options.`)
    }
  }
  const [, extra] = generator.args
  if (extra !== undefined) throw new OptionError(`The argument "${extra}" is one too many: one ${argument} is enough.`)
}
