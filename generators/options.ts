import type Generator from 'yeoman-generator'
import { OptionError } from './option-error.ts'
import { sourceIds } from './source-list.ts'

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
  description: 'Ask nothing: take the defaults',
}

const dryRun: CommandOption = { name: 'dry-run', description: 'Show what would be written, and write nothing' }

/** The options of the command that makes a service. */
export const appOptions: readonly CommandOption[] = [
  { name: 'name', value: 'NAME', description: 'Name or title of the service; default: from the directory' },
  { name: 'description', value: 'TEXT', description: 'What the service is for, in one line; default: from the name' },
  { name: 'searchers', value: 'LIST', description: 'Searchers to begin with, such as url,ip; default: url' },
  {
    name: 'sources',
    value: 'LIST',
    description: 'Sources that the searchers ask, each those that look up its types; default: the usual ones',
  },
  { name: 'upload-files', description: 'Begin with file uploads on' },
  { name: 'demo', description: 'After the installation, run the demo of the new service once' },
  yes,
  { name: 'skip-install', description: 'Do not install dependencies' },
  { name: 'skip-git', description: 'Do not make a git repository' },
  { name: 'verbose', description: 'Name each file that is written' },
  { name: 'force', short: 'f', description: 'Write into a directory that is not empty, over files that are there' },
  dryRun,
  {
    name: 'check',
    description: 'Of a service: say whether there is anything to bring up to date, by status 2 or 3 too',
  },
  { name: 'json', description: 'With --check: say it in JSON' },
  { name: 'diff', description: 'Of a service: show the patch that would bring it up to date' },
  { name: 'edits', description: 'With --diff: show what you have changed since instead' },
  {
    name: 'base',
    value: 'DIR',
    description: 'Of a service without records: one freshly made by the same old version',
  },
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
    value: 'LIST',
    description: `Sources to ask: ${sourceIds.join(', ')}, or your own by the name of its file in src/sources; default: the usual one, or blank, a skeleton to be filled in`,
  },
  {
    name: 'reach',
    value: 'own|query',
    description:
      "Whether a skeleton's API is in your own network or public; default: own for types kept from public ones",
  },
  yes,
  { name: 'skip-install', description: 'Changes nothing: a searcher needs no installation' },
  { name: 'skip-git', description: 'Changes nothing: a searcher needs no new repository' },
  { name: 'force', short: 'f', description: 'Make the searcher and its sources anew, over what you have edited' },
  dryRun,
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
