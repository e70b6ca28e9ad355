import { join } from 'node:path'
import { Duplex } from 'node:stream'
import helpers, { type RunResult } from 'yeoman-test'
import AppGenerator, { APP_NAMESPACE } from '../../generators/app/generator.ts'
import { generatorFolder } from '../../generators/package-root.ts'
import SearcherGenerator, { SEARCHER_NAMESPACE } from '../../generators/searcher/generator.ts'

// The adapter of yeoman-test makes a stream of a function. On Node 26 that stream fails, with an error that means
// nothing here, but ends the run if nobody listens.
const from = Duplex.from.bind(Duplex)
Duplex.from = (source) => from(source).on('error', () => {})

/** What a test tells a generator. */
export interface Run {
  /** Where it is run. */
  cwd: string
  args?: string[]
  options?: Record<string, unknown>
  /** By the names of the questions. */
  answers?: Record<string, unknown>
}

/** What came of a run, and the status with which the command would have ended. */
export type Outcome = RunResult & { status: typeof process.exitCode }

/** Runs the app generator: nothing is installed, no repository is made, and someone is there to ask. */
export function runApp(run: Run): Promise<Outcome> {
  return runGenerator(AppGenerator, APP_NAMESPACE, 'app', run)
}

/** Runs the searcher generator, as `runApp` does the other. */
export function runSearcher(run: Run): Promise<Outcome> {
  return runGenerator(SearcherGenerator, SEARCHER_NAMESPACE, 'searcher', run)
}

async function runGenerator(
  Generator: unknown,
  namespace: string,
  folder: 'app' | 'searcher',
  run: Run,
): Promise<Outcome> {
  const { cwd, args = [], options = {}, answers = {} } = run
  const { force = false } = options
  const settings = { cwd, tmpdir: false, autoCleanup: false, namespace }
  const resolved = join(generatorFolder(folder), 'index.js')
  const context = helpers.run(Generator as never, { ...settings, resolved }, { force } as never)
  const ours = process.exitCode
  process.exitCode = undefined
  try {
    const result = await context
      .withArguments(args)
      .withOptions({ skipInstall: true, skipGit: true, force, ...options } as never)
      .withAnswers(answers, { throwOnMissingAnswer: true })
    return Object.assign(result, { status: process.exitCode })
  } finally {
    process.exitCode = ours
    context.restore()
  }
}
