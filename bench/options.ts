import { parseArgs } from 'node:util'

/** What a run of the benchmark is to do. */
export interface Options {
  help: boolean
  /** Only the cases whose name holds one of these words; none: a choice of the run's own. */
  words: string[]
  sections: Section[]
  /** Whether all cases are run when no word chooses some. */
  full: boolean
  rounds: number
  seconds: number
  connections: number[]
  json: string
}

export type Section = 'cases' | 'growth' | 'startup'

/** The command line is wrong; the message says what and how to mend it. */
export class OptionsError extends Error {
  override name = 'OptionsError'
}

export const HELP = `npm run bench -- [WORD …] [options]

Drives the generated service and bare servers (node:http, h3, and h3 that gathers look-ups as the service does; with
the database calls that a case needs and nothing else) in turns, and compares them. Without options: the cases that have
a target, with 16 connections, in a few minutes.

  WORD               only cases whose name holds one of the words, such as mongodb, memory/get or upload
  --full             all cases, with 1, 16 and 256 connections, more and longer rounds; growth and startup too
  --growth           how cases and memory change with 1,000, 10,000 and 100,000 results, and 10,000 waiting searches
  --startup          time to listen, idle memory, size of the bundle, time of the emitted project's npm test
  --rounds N         rounds, each with every server once (3; with --full 5)
  --seconds N        how long each server is driven in a round (2; with --full 4)
  --connections LIST such as 16,256
  --json FILE        where the numbers go (bench-results.json)
  --help             this text

MONGODB_URL says where MongoDB is; cases of memory/ do without it. Databases of random names are made and dropped.`

const DEFINITIONS = {
  help: { type: 'boolean' },
  full: { type: 'boolean' },
  growth: { type: 'boolean' },
  startup: { type: 'boolean' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  connections: { type: 'string' },
  json: { type: 'string' },
} as const

/**
 * Reads the command line.
 * @throws {OptionsError} that says what is wrong with it.
 */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args)
  const { full = false, growth, startup } = values
  const chosen: Section[] = [...(growth ? (['growth'] as const) : []), ...(startup ? (['startup'] as const) : [])]
  const sections: Section[] = full
    ? ['cases', 'growth', 'startup']
    : chosen.length === 0 || positionals.length > 0
      ? ['cases', ...chosen]
      : chosen
  return {
    help: values.help ?? false,
    words: positionals,
    sections,
    full,
    rounds: positive('--rounds', values.rounds ?? (full ? '5' : '3')),
    seconds: positive('--seconds', values.seconds ?? (full ? '4' : '2')),
    connections: (values.connections ?? (full ? '1,16,256' : '16'))
      .split(',')
      .map((text) => positive('--connections', text)),
    json: values.json ?? 'bench-results.json',
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: DEFINITIONS, allowPositionals: true })
  } catch (error) {
    throw new OptionsError(`${(error as Error).message}. --help lists the options.`)
  }
}

function positive(option: string, text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text.trim())) return Number(text)
  throw new OptionsError(`${option} takes whole numbers above 0, not "${text}".`)
}
