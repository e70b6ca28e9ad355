import { writeFile } from 'node:fs/promises'
import os from 'node:os'
import { createBench } from './bench.ts'
import { chooseCases } from './cases.ts'
import { Cleanup } from './cleanup.ts'
import { HELP, OptionsError, readOptions, type Options } from './options.ts'
import { compare, renderCase, renderSummary } from './report/cases.ts'
import { renderGrowth } from './report/growth.ts'
import { renderStartup } from './report/startup.ts'
import { measureCases, type CaseResult } from './sections/cases.ts'
import { measureGrowth } from './sections/growth.ts'
import { measureStartup } from './sections/startup.ts'
import type { Bench } from './setup.ts'

const cleanup = new Cleanup()
let interrupted = false

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, async () => {
    if (interrupted) return
    interrupted = true
    console.error('Stopping: processes, temporary files and databases are removed.')
    await cleanup.run()
    process.exit(status)
  })
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(HELP)
  else await run(options)
} catch (error) {
  // what fails because its process was ended is no news
  if (!interrupted) {
    console.error(error instanceof OptionsError ? error.message : error)
    process.exitCode = 1
  }
}
if (!interrupted) {
  await cleanup.run()
  process.exit()
}

async function run(options: Options): Promise<void> {
  const cases = options.sections.includes('cases') ? chooseCases(options.words, options.full) : []
  const needsMongo = cases.some(({ store }) => store === 'mongodb') || options.sections.some((one) => one !== 'cases')
  console.log('Generating and building the service …')
  const bench = await createBench(cleanup, needsMongo)
  const report: Record<string, unknown> = { at: new Date().toISOString(), machine: machine(), options }

  const results: CaseResult[] = []
  for await (const result of measureCases(bench, cases, options)) {
    results.push(result)
    console.log(`\n${renderCase(result)}`)
    report['cases'] = results.map((one) => ({ ...one, comparisons: compare(one) }))
    await save(report, options)
  }
  if (results.length > 0) console.log(`\nService to bare server:\n${renderSummary(results)}`)
  await runOthers(bench, options, report)
  await save(report, options)
  console.log(`\nAll numbers are in ${options.json}.`)
}

async function runOthers(bench: Bench, options: Options, report: Record<string, unknown>): Promise<void> {
  if (options.sections.includes('growth')) {
    const growth = await measureGrowth(bench, options)
    console.log(`\n${renderGrowth(growth)}`)
    report['growth'] = growth
    await save(report, options)
  }
  if (options.sections.includes('startup')) {
    const startup = await measureStartup(bench, options.full)
    console.log(`\n${renderStartup(startup)}`)
    report['startup'] = startup
  }
}

function machine(): object {
  const { model } = os.cpus()[0]!
  return {
    node: process.version,
    cpu: model,
    cpus: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / 1e6),
  }
}

async function save(report: object, { json }: Options): Promise<void> {
  await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`)
}
