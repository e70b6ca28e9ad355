#!/usr/bin/env node
import { join } from 'node:path'
import './app/templates/scripts/closed-output.ts'
import { type Invocation, readCommandLine } from './command-line.ts'
import { helpText } from './help.ts'
import { packageRoot, packageVersion } from './package-root.ts'

// a run that ends half-way, such as at a question that nobody can answer, has failed; one that does not sets its status
process.exitCode = 1
try {
  await main(readCommandLine(process.argv.slice(2)))
} catch (error) {
  console.error(process.env['DEBUG'] ? error : (error as Error).message)
}

async function main(invocation: Invocation): Promise<void> {
  const { command, options } = invocation
  if (!options['help'] && !options['version']) return run(invocation)
  console.log(options['help'] ? helpText(command) : packageVersion)
  process.exitCode = 0
}

/** Runs a generator as `yo` would, but without its giving up of root's rights. */
async function run({ command, args, options }: Invocation): Promise<void> {
  const { createEnv } = await import('yeoman-environment')
  const { default: AppGenerator } = await import('./app/generator.ts')
  const { default: SearcherGenerator } = await import('./searcher/generator.ts')
  const env = createEnv({ cwd: userDirectory() })
  for (const [generator, Generator] of Object.entries({ app: AppGenerator, searcher: SearcherGenerator })) {
    const resolved = join(packageRoot, 'generators', generator, 'index.js')
    env.register(Generator as never, { namespace: `resilient-cts:${generator}`, resolved, packagePath: packageRoot })
  }
  await env.run([`resilient-cts:${command.generator}`, ...args], options)
}

/** Where the user is. `npm start` runs in this package's folder, and says from where it was called. */
function userDirectory(): string {
  const { npm_lifecycle_event: script, npm_package_name: name, INIT_CWD: calledFrom } = process.env
  return (script === 'start' && name === 'generator-resilient-cts' && calledFrom) || process.cwd()
}
