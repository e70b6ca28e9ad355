// How long making a service takes beyond an empty Yeoman generator, and upgrading one to a next version, each as processes
// of their own, in turns; and how long the new service's tests take.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../generators/package-root.ts'
import { runCommand } from '../test/run-command.ts'
import { temporaryFolder } from '../test/temporary-folder.ts'
import { writeNextVersion } from '../test/upgrade/next-version.ts'
import { median } from './stats.ts'

const ROUNDS = 11

const EMPTY = `
import { createEnv } from 'yeoman-environment'
import Generator from 'yeoman-generator'
class EmptyGenerator extends Generator {
  writing() {
    this.destinationRoot(process.argv[2])
    this.writeDestination('README.md', 'empty')
  }
}
const env = createEnv()
env.register(EmptyGenerator, { namespace: 'empty:app', resolved: import.meta.filename, packagePath: import.meta.dirname })
await env.run(['empty:app'], { skipInstall: true })
`

const folder = await temporaryFolder()
const empty = join(packageRoot, 'dist/empty-generator.mjs')
const bin = join(packageRoot, 'dist/generators/cli.js')
await writeFile(empty, EMPTY)
await mkdir(join(folder, 'work'))
const { folder: next } = await writeNextVersion(join(folder, 'next'))

const timings = { empty: [] as number[], service: [] as number[], upgrade: [] as number[], git: [] as number[] }
for (let round = 0; round < ROUNDS; round++) {
  timings.empty.push(await timed(empty, `empty-${round}`))
  timings.service.push(await timed(bin, `service-${round}`, '--yes', '--skip-install', '--skip-git'))
  timings.upgrade.push(await timed(join(next, 'dist/generators/cli.js'), `service-${round}`))
  timings.git.push(await timed(bin, `git-${round}`, '--yes', '--skip-install'))
}
const medians = [timings.empty, timings.service, timings.upgrade, timings.git].map(median)
const [nothing, service, upgrade, git] = medians as [number, number, number, number]
console.log(`medians of ${ROUNDS} rounds, in turns, on Node ${process.version}`)
console.log(`an empty Yeoman generator: ${ms(nothing)}`)
console.log(`a service:                 ${ms(service)}, ${ms(service - nothing)} more`)
console.log(`its upgrade:               ${ms(upgrade)}, ${(upgrade / service).toFixed(2)} of it`)
console.log(`a service and its commit:  ${ms(git)}, ${ms(git - nothing)} more`)

await runCommand(join(folder, 'work/service-0'), 'npm', 'install', '--no-audit', '--no-fund')
const began = performance.now()
await runCommand(join(folder, 'work/service-0'), 'npm', 'test')
console.log(`the service's npm test:    ${ms(performance.now() - began)}`)

async function timed(script: string, ...args: string[]): Promise<number> {
  const start = performance.now()
  await runCommand(join(folder, 'work'), process.execPath, script, ...args)
  return performance.now() - start
}

function ms(value: number): string {
  return `${Math.round(value)} ms`
}
