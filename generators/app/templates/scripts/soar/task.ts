import type { parseFlags } from './flags.ts'
import type { Searcher, Source } from '../../src/core/define.ts'

/** The world around a command. */
export interface Surroundings {
  env: Record<string, string | undefined>
  /** Those of the service that the settings are of. */
  searchers: readonly Searcher[]
  /** Every source that the service has a file of. */
  sources: () => Promise<readonly Source[]>
  fetch: typeof fetch
  sleep: (ms: number) => Promise<unknown>
  /** Writes a line: what was asked for. */
  print: (line: string) => void
  /** Writes a line about what goes on. */
  tell: (line: string) => void
  /** Shows a bar that is written over, if there is a terminal. */
  showBar?: (bar: string) => void
}

/** What a command is given. */
export interface Task extends Surroundings {
  operands: readonly string[]
  flags: ReturnType<typeof parseFlags>['flags']
  /** Prints what came of it: as a line of JSON if that is wanted, or as it is shown to people. */
  give(value: object, shown: string): void
}

/** One command of `npm run soar`. */
export interface Command {
  /** Whether it takes these operands. */
  takes(operands: readonly string[], flags: Task['flags']): boolean
  /** @throws {SoarError} when something is not as it should be: the status is 1 then. */
  run(task: Task): Promise<void>
}
