// Runs every test below this folder: each file that takes long in a process of its own, all others in one. Node 20 and
// Node 22 differ in what `--test` finds by itself, and both are content with nothing: a run of no test fails here. Words
// choose files by their paths; `--quick` leaves out those that take long.
import { readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { run } from 'node:test'
import { spec, type TestEvent } from 'node:test/reporters'

/** The tests that start services, browsers or generators. */
const SLOW =
  /^(?:e2e|generators|leaks|lists|ops|protocol|replicas|search)\/|^(?:demo|dev|every-source|searchers-script)\.|^readme\/(?:commands|ten-minutes|move-from-python|\w*-?transcripts?)\.|^upgrade\/(?:branches|next-version|yo)\./
/** What takes longest begins first, so that nothing waits for it at the end. */
const LONGEST =
  /^e2e\/|^generators\/killed\.|^readme\/commands\.|^replicas\/(?:crashes|outages)\.|^upgrade\/next-version\./
/** What compares times: nothing else runs beside it. */
const ALONE = /^(?:ops\/many-waiting|replicas\/response-times)\./
/** How long one file may take. */
const PATIENCE_MS = 600_000

const folder = fileURLToPath(new URL('./', import.meta.url))
const args = process.argv.slice(2)
const words = args.filter((arg) => arg !== '--quick')
const chosen = (await readdir(folder, { recursive: true }))
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .filter((file) => !(args.includes('--quick') && SLOW.test(file)))
  .toSorted()
const small = chosen.filter((file) => !SLOW.test(file))
// read by small-files.ts
process.env['SMALL_TEST_FILES'] = JSON.stringify(small)
const slow = chosen.filter((file) => SLOW.test(file) && !ALONE.test(file))
const groups = [
  {
    files: [
      ...slow.filter((file) => LONGEST.test(file)),
      ...slow.filter((file) => !LONGEST.test(file)),
      ...(small.length > 0 ? ['small-files.ts'] : []),
    ],
    // a test waits half of its time
    concurrency: availableParallelism() + 1,
  },
  { files: chosen.filter((file) => ALONE.test(file)), concurrency: 1 },
]

let tests = 0
async function* events() {
  for (const { files, concurrency } of groups) {
    if (files.length === 0) continue
    const paths = files.map((file) => `${folder}${file}`)
    for await (const event of run({ files: paths, concurrency, timeout: PATIENCE_MS })) {
      if (event.type === 'test:fail') process.exitCode = 1
      if (isPassed(event) && !paths.includes(event.data.name)) tests++
      yield event
    }
  }
}

function isPassed(event: TestEvent): event is Extract<TestEvent, { type: 'test:pass' }> {
  return event.type === 'test:pass' && event.data.skip === undefined && event.data.details.type !== 'suite'
}

Readable.from(events()).compose(new spec()).pipe(process.stdout)

process.on('exit', () => {
  if (tests > 0 || process.exitCode) return
  console.error('No test ran: test/ holds no file whose name ends with .test.ts, or none with a test in it.')
  process.exitCode = 1
})
