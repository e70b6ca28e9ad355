import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createBench, type BenchCase } from './bench.ts'
import { due } from './cases/due.ts'
import { finished } from './cases/finished.ts'
import { gate } from './cases/gate.ts'
import { growth } from './cases/growth.ts'
import { lists } from './cases/lists.ts'
import { memory } from './cases/memory.ts'
import { newSearches } from './cases/new.ts'
import { own } from './cases/own.ts'
import { start } from './cases/start.ts'
import { Cleanup } from './cleanup.ts'
import { renderFindings, verdictOn, type Finding } from './finding.ts'
import { OptionsError, readOptions, type Options } from './options.ts'

const CASES: BenchCase[] = [finished, newSearches, gate, due, growth, lists, start, memory, own]

const HELP = `npm run bench -- [CASE …] [options]

Measures the generated service beside servers that do as little as can be, in turns. Without a case, all of them:

${CASES.map(({ name, what }) => `  ${name.padEnd(16)} ${what}`).join('\n')}

  --judge          end with status 1 if a budget is missed beyond the noise
  --quick          short rounds and small sizes, for trying out
  --seconds N      how long a round of one server takes (1)
  --stored N       results in the large database (1,000,000)
  --waiting N      searches that wait in it (100,000)
  --before COMMIT  compare with that commit's service, too, where servers are compared
  --machine TEXT   what docs/speed.md is to say of the machine and the database
  --json FILE      where the numbers go (bench-results.json)

MONGODB_URL says where MongoDB is. Databases of random names are made and dropped.`

const cleanup = new Cleanup()
let interrupted = false

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    if (interrupted) return
    interrupted = true
    console.error('Stopping: processes, temporary files and databases are removed.')
    await cleanup.run()
    process.exit(130)
  })
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(HELP)
  else await run(options)
} catch (error) {
  // what fails because its process was ended is no news
  if (!interrupted) {
    console.error(isOfOptions(error) ? error.message : error)
    process.exitCode = 1
  }
}
if (!interrupted) {
  await cleanup.run()
  process.exit()
}

async function run(options: Options): Promise<void> {
  const cases = chooseCases(options.words)
  console.log('Generating and building the service …')
  const bench = await createBench(cleanup, options)
  const findings: Finding[] = []
  for (const one of cases) {
    console.log(`${one.name}: ${one.what} …`)
    for await (const finding of one.run(bench)) {
      findings.push(finding)
      await save(findings, options)
    }
  }
  console.log(`\n${renderFindings(findings)}\n\nAll numbers are in ${options.json}.`)
  if (options.judge && findings.some((finding) => verdictOn(finding) === 'MISSED')) process.exitCode = 1
}

function chooseCases(words: readonly string[]): BenchCase[] {
  const names = CASES.map(({ name }) => name)
  const unknown = words.find((word) => !names.includes(word))
  if (unknown !== undefined) throw new OptionsError(`There is no case "${unknown}"; there are ${names.join(', ')}.`)
  return CASES.filter(({ name }) => words.length === 0 || words.includes(name))
}

/** Whether the command line is to blame. */
function isOfOptions(error: unknown): error is Error {
  return error instanceof OptionsError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
}

async function save(findings: readonly Finding[], { json, ...options }: Options): Promise<void> {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const report = {
    at: new Date().toISOString(),
    commit:
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', 'generators') ? ' with changes' : ''),
    node: process.version,
    options,
    findings: findings.map((finding) => ({ ...finding, verdict: verdictOn(finding) })),
  }
  await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`)
}
