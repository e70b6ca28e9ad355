// Runs every test of this folder, or of the files whose paths contain one of the words given; `--quick` leaves out what
// needs MongoDB. In two processes: a process for each file takes six times as long.
import { fileURLToPath } from 'node:url'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { keepLoopbackDirect } from '../src/core/settings/proxy.ts'
import { choose, PARTS } from './parts/part.ts'

keepLoopbackDirect(process.env)
const args = process.argv.slice(2)
const words = args.filter((arg) => arg !== '--quick')
if (words.length < args.length) delete process.env['MONGODB_URL']
const files = await choose(words)
if (files.length === 0) {
  const chosen = words.length > 0 ? ` with ${words.join(' or ')} in its path` : ''
  console.error(`There is no test: test/ has no file ….test.ts${chosen}`)
  process.exitCode = 1
} else {
  const parts = PARTS.slice(0, files.length).map((part) => fileURLToPath(new URL(`parts/${part}.ts`, import.meta.url)))
  run({ files: parts, concurrency: true })
    .on('test:fail', () => {
      process.exitCode = 1
    })
    .compose(new spec())
    .pipe(process.stdout)
}
