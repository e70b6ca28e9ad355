// Runs our tests and those of the service on several versions of Node, which npx fetches. Arguments that begin with a
// digit choose versions; words choose our test files by their paths, as `npm test` does.
import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { packageRoot } from '../generators/package-root.ts'
import { nodeBinary } from './node-binary.ts'

/** From the oldest that package.json allows to the newest. */
const VERSIONS = ['20.19.0', '22', '24', '26']

const args = process.argv.slice(2)
const chosen = args.filter((arg) => /^\d/.test(arg))
const words = args.filter((arg) => !/^\d/.test(arg))
const results = (chosen.length > 0 ? chosen : VERSIONS).map((version) => {
  const binary = nodeBinary(version)
  const env = { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env['PATH']}` }
  const passes = (...command: string[]) =>
    spawnSync('npm', command, { cwd: packageRoot, env, stdio: 'inherit' }).status === 0
  console.log(`== Node ${version}: ${binary}`)
  const began = performance.now()
  const passed = [passes('test', '--', ...words), passes('test', '--workspace', 'generators/app/templates')]
  return { version, passed, seconds: Math.round((performance.now() - began) / 1000) }
})
for (const { version, passed, seconds } of results) {
  const [ours, emitted] = passed.map((one) => (one ? 'pass' : 'FAIL'))
  console.log(`Node ${version}: our tests ${ours}, the service's ${emitted} (${seconds} s)`)
}
process.exitCode = results.every(({ passed }) => passed.every(Boolean)) ? 0 : 1
