import os from 'node:os'
import { parseArgs } from 'node:util'
import type { Effort } from './compare.ts'

/** What a run of the benchmark is to do. */
export interface Options {
  help: boolean
  /** Only the cases whose name is one of these; none: all. */
  words: string[]
  /** Whether a budget that is missed makes the run fail. */
  judge: boolean
  quick: boolean
  effort: Effort
  /** How many results and waiting searches the large database has. */
  stored: number
  waiting: number
  /** A commit whose service is compared with this one. */
  before: string | undefined
  /** What the page says of the machine. */
  machine: string
  json: string
}

/** The command line is wrong; the message says what and how to mend it. */
export class OptionsError extends Error {
  override name = 'OptionsError'
}

const DEFINITIONS = {
  help: { type: 'boolean' },
  judge: { type: 'boolean' },
  quick: { type: 'boolean' },
  seconds: { type: 'string' },
  stored: { type: 'string' },
  waiting: { type: 'string' },
  before: { type: 'string' },
  machine: { type: 'string' },
  json: { type: 'string' },
} as const

/**
 * Reads the command line.
 * @throws {Error} that says what is wrong with it.
 */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals: words } = parseArgs({ args: [...args], options: DEFINITIONS, allowPositionals: true })
  const { quick = false } = values
  const number = (name: 'seconds' | 'stored' | 'waiting', usual: number) => {
    const text = values[name] ?? String(usual)
    if (/^\d{1,8}(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text)
    throw new OptionsError(`--${name} takes a number above 0, not "${text}".`)
  }
  return {
    help: values.help ?? false,
    words,
    judge: values.judge ?? false,
    quick,
    effort: { warmUp: quick ? 0 : 5000, seconds: number('seconds', quick ? 0.3 : 1), rounds: quick ? [4, 4] : [6, 20] },
    stored: number('stored', quick ? 10_000 : 1_000_000),
    waiting: number('waiting', quick ? 1000 : 100_000),
    before: values.before,
    machine: values.machine ?? `${os.availableParallelism()} cores (${os.cpus()[0]!.model})`,
    json: values.json ?? 'bench-results.json',
  }
}
