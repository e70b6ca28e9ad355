import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Bench, BenchCase } from '../bench.ts'
import { drive } from '../drive.ts'
import type { Finding } from '../finding.ts'
import type { Measure } from '../lists/measure.ts'
import { PARSE, USUAL_PARSE_SECS } from '../lists/pace.ts'
import { writeValues } from '../lists/values.ts'
import { newRequests } from '../loads.ts'
import { figureOf } from '../stats.ts'

const ENTRIES = { usual: 1_000_000, quick: 200_000 }
const NAMES = ['domains', 'sha256', 'ipv4', 'urls', 'cidr', 'json', 'look-ups', 'reload']
const RUNS = { usual: 3, quick: 1 }
const REQUESTS = 300

export const lists: BenchCase = {
  name: 'lists',
  what: `local lists of 1,000,000 entries: memory; loading and look-ups as where ${PARSE} takes ${USUAL_PARSE_SECS} s`,
  async *run(bench) {
    const { quick } = bench.options
    const entries = quick ? ENTRIES.quick : ENTRIES.usual
    const parseSecs: number[] = []
    for (const name of NAMES)
      yield* await measureApart(name, entries, { runs: quick ? RUNS.quick : RUNS.usual, parseSecs })
    yield { case: 'lists', what: PARSE, figure: figureOf(parseSecs), unit: 's' }
    yield* answers(bench, entries)
  },
}

/**
 * Measures in processes of their own, in turns with `JSON.parse`: times are told as on a machine of the usual pace.
 * Whatever else the machine does can only add: the least run is the noise's end.
 * @param parseSecs gets what `JSON.parse` took.
 */
async function measureApart(
  name: string,
  entries: number,
  { runs, parseSecs }: { runs: number; parseSecs: number[] },
): Promise<Finding[]> {
  const measured: Measure[][] = []
  for (let run = 0; run < runs; run++) {
    const [parse] = await measure('parse', entries)
    parseSecs.push(parse!.value)
    const pace = USUAL_PARSE_SECS / parse!.value
    const found = await measure(name, entries)
    measured.push(found.map((one) => (one.unit === 'MB' ? one : { ...one, value: one.value * pace })))
  }
  return measured[0]!.map(({ what, unit, most }, index) => {
    const figure = figureOf(measured.map((one) => one[index]!.value))
    const budget = most !== undefined && { budget: { most } }
    return { case: 'lists', what: `${name}: ${what}`, figure, unit, ...budget }
  })
}

async function measure(name: string, entries: number): Promise<Measure[]> {
  const main = fileURLToPath(new URL('../lists/measure.ts', import.meta.url))
  const args = ['--expose-gc', '--import', 'tsx', main, name, String(entries)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as Measure[]
}

/** A service of lists only that waits for quick searches: how long a POST of a new artifact takes. */
async function* answers(bench: Bench, entries: number): AsyncGenerator<Finding> {
  const folder = join(bench.workspace.folder, 'lists')
  await mkdir(join(folder, 'bad'), { recursive: true })
  await writeValues(join(folder, 'bad/md5.txt'), 'md5', { count: entries })
  const env = { CTS_LISTS: folder, CTS_SYNC_WAIT_MS: '200' }
  for (const database of [undefined, await bench.database()]) {
    const server = await bench.service('lists', { env, ...(database && { database }) })
    const load = { connections: 1, requests: newRequests('hash.md5'), statuses: [200, 303] }
    await drive(server.url, load, REQUESTS)
    const p50 = []
    for (let round = 0; round < bench.options.effort.rounds[0]; round++) {
      p50.push((await drive(server.url, load, REQUESTS)).p50)
    }
    const what = `POST answered at once, p50, ${database ? 'MongoDB' : 'memory store'}`
    yield { case: 'lists', what, figure: figureOf(p50), unit: 'ms', budget: { most: 15 } }
    await server.stop()
  }
}
