// Runs every test below this folder, each file in a process of its own. Node 20 and Node 22 differ in what `--test`
// finds by itself, and both are content with nothing: a run of no test fails here.
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const folder = fileURLToPath(new URL('./', import.meta.url))
const chosen = process.argv.slice(2)
const files = (await readdir(folder, { recursive: true }))
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
  .map((file) => `${folder}${file}`)
  .toSorted()

/** How long one file may take. */
const PATIENCE_MS = 600_000

let tests = 0
run({ files, concurrency: 1, timeout: PATIENCE_MS })
  .on('test:pass', ({ name, skip, details }) => {
    if (!files.includes(name) && skip === undefined && details.type !== 'suite') tests++
  })
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(new spec())
  .pipe(process.stdout)

process.on('exit', () => {
  if (tests > 0 || process.exitCode) return
  console.error('No test ran: test/ holds no file whose name ends with .test.ts, or none with a test in it.')
  process.exitCode = 1
})
