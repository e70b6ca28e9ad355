// Plays SOAR against a running service, and asks its gate, its ledger and its sources: `npm run soar` explains itself.
import './closed-output.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../src/core/setting.ts'
import { addEnvFile } from '../src/core/settings/env-file.ts'
import { keepLoopbackDirect } from '../src/core/settings/proxy.ts'
import { searchers } from '../src/searchers/index.ts'
import type { Source } from '../src/core/define.ts'
import { modulesIn } from './leftovers.ts'
import { run } from './soar/command.ts'

try {
  addEnvFile('.env', process.env)
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exit(1)
}
keepLoopbackDirect(process.env)

/** Every source that has a file, whether a searcher names it or not. */
async function allSources(): Promise<Source[]> {
  const folder = new URL('../src/sources/', import.meta.url)
  const files = (await modulesIn(folder)).map((name) => new URL(`${name}.ts`, folder).href)
  const modules: Record<string, unknown>[] = await Promise.all(files.map((file) => import(file)))
  return modules.flatMap(Object.values).filter(isSource)
}

function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && 'lookUp' in value && 'types' in value
}

let barIsShown = false
/** Ends the line of the bar, so that the next line stands by itself. */
function endBar() {
  if (barIsShown) process.stderr.write('\n')
  barIsShown = false
}

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  searchers,
  sources: allSources,
  fetch,
  sleep,
  print(line) {
    endBar()
    console.log(line)
  },
  tell(line) {
    endBar()
    console.error(line)
  },
  showBar: process.stderr.isTTY
    ? (bar) => {
        barIsShown = true
        process.stderr.write(`\r${bar}`)
      }
    : undefined,
})
