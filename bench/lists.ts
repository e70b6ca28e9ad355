// Measures the local lists against their bars: `npx tsx bench/lists.ts [case …]`. Each case runs in a process of its own,
// three times: the least counts, since whatever else the machine does can only add to it.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openLists, type Lists } from '../generators/app/templates/src/core/lists/lists.ts'

/** What was measured, and what it may be at most; without a bar it is for information. */
interface Measure {
  what: string
  value: number
  unit: 'MB' | 's' | 'ms'
  bar?: number
}

const ENTRIES = 1_000_000
const MB = 1_000_000
const RUNS = 3

const words = [
  'alpha',
  'bravo',
  'cargo',
  'delta',
  'eagle',
  'forge',
  'grape',
  'hotel',
  'index',
  'joker',
  'karma',
  'lemon',
]
const word = (n: number) => words[n % words.length]!
const hex = (i: number) => createHash('sha256').update(String(i)).digest('hex')

/** The value of a number, of each kind of entry. */
const values = {
  domains: (i: number) => `${word(i)}-${i.toString(36)}.${word(i >> 4)}${i % 97}.example`,
  sha256: hex,
  ipv4: (i: number) => `${1 + (i % 199)}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
  urls: (i: number) => `http://${word(i)}-${i.toString(36)}.example/${word(i >> 3)}/${word(i >> 7)}.php?id=${i}`,
  cidr: (i: number) => `${1 + (i % 199)}.${(i >> 12) & 255}.${(i >> 4) & 255}.${(i & 15) << 4}/${28 + (i % 5)}`,
}
type Kind = keyof typeof values

const typeOf: Record<Kind, string> = {
  domains: 'net.name',
  sha256: 'hash.sha256',
  ipv4: 'net.ip',
  urls: 'net.uri',
  cidr: 'net.ip',
}

const cases: Record<string, (folder: string) => Promise<Measure[]>> = {
  domains: (folder) => loadOne(folder, 'domains', 60),
  sha256: (folder) => loadOne(folder, 'sha256', 120),
  ipv4: (folder) => loadOne(folder, 'ipv4'),
  urls: (folder) => loadOne(folder, 'urls'),
  cidr: (folder) => loadOne(folder, 'cidr'),
  json: loadJson,
  'look-ups': lookUps,
  reload: (folder) => reloadAll(folder, 5),
}

const [first, ...others] = process.argv.slice(2)
if (first === 'in-child') await runCase(others.join(' '))
else await runAll(first === undefined ? Object.keys(cases) : [first, ...others])

async function runAll(names: string[]): Promise<void> {
  for (const name of names) {
    const args = ['--expose-gc', '--import', 'tsx', fileURLToPath(import.meta.url), 'in-child', name]
    const runs: Measure[][] = []
    for (let run = 0; run < RUNS; run++) {
      const { stdout } = await promisify(execFile)(process.execPath, args)
      runs.push(JSON.parse(stdout) as Measure[])
    }
    console.log(name)
    for (const [i, { what, unit, bar }] of runs[0]!.entries()) {
      const value = Math.min(...runs.map((run) => run[i]!.value))
      const verdict = bar === undefined ? '' : `  at most ${bar} ${unit}: ${value <= bar ? 'kept' : 'MISSED'}`
      console.log(
        `  ${what.padEnd(34)} ${value.toFixed(unit === 'MB' ? 0 : 2).padStart(8)} ${unit.padEnd(2)}${verdict}`,
      )
      if (bar !== undefined && value > bar) process.exitCode = 1
    }
  }
}

async function runCase(name: string): Promise<void> {
  const measure = cases[name]
  if (!measure) throw new Error(`There is no case "${name}": there are ${Object.keys(cases).join(', ')}`)
  const folder = await mkdtemp(join(tmpdir(), 'lists-'))
  try {
    await mkdir(join(folder, 'bad'))
    console.log(JSON.stringify(await measure(folder)))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function loadOne(folder: string, kind: Kind, mostMB?: number): Promise<Measure[]> {
  await warmUp(folder, kind)
  await writeValues(join(folder, 'bad', `${kind}.txt`), kind, { from: 0, count: ENTRIES })
  const before = settledRss()
  const { seconds, longestMs, lists } = await load(folder)
  const grown = settledRss() - before
  if (lists.status()[0]?.entries !== ENTRIES) throw new Error(JSON.stringify(lists.status()))
  const lookUp = timeOf(100_000, (i) => lists.match(typeOf[kind], values[kind](i * 7).replace(/\/\d+$/, '')))
  await lists.close()
  return [
    { what: 'memory (RSS)', value: grown / MB, unit: 'MB', ...(mostMB !== undefined && { bar: mostMB }) },
    { what: 'loading', value: seconds, unit: 's', bar: 2 },
    { what: 'event loop held', value: longestMs, unit: 'ms', bar: 100 },
    { what: 'look-up of an entry, mean', value: lookUp.mean, unit: 'ms' },
  ]
}

/** A warninglist of 64 MB. */
async function loadJson(folder: string): Promise<Measure[]> {
  await warmUp(folder, 'domains')
  const list: string[] = []
  for (let bytes = 0; bytes < 63.5 * MB; bytes += list.at(-1)!.length + 3) list.push(values.domains(list.length))
  writeFileSync(join(folder, 'bad', 'list.json'), JSON.stringify({ type: 'hostname', list }))
  const { length } = list
  list.length = 0
  const { seconds, longestMs, lists } = await load(folder)
  if (lists.status()[0]?.entries !== length) throw new Error(JSON.stringify(lists.status()))
  await lists.close()
  return [
    { what: `loading ${length} entries`, value: seconds, unit: 's' },
    { what: 'event loop held', value: longestMs, unit: 'ms', bar: 400 },
  ]
}

/** 20 lists of 50,000 domains with all beneath them. */
async function lookUps(folder: string): Promise<Measure[]> {
  writeFileSync(join(folder, 'lists.json'), JSON.stringify({ 'bad/': { beneath: true } }))
  for (let i = 0; i < 20; i++)
    await writeValues(join(folder, 'bad', `${i}.txt`), 'domains', { from: i * 50_000, count: 50_000 })
  const { lists } = await load(folder)
  const name = (i: number) => `a.b.www.${values.domains((i * 37) % (2 * ENTRIES))}`
  timeOf(20_000, (i) => lists.match('net.name', name(i)))
  const names = timeOf(100_000, (i) => lists.match('net.name', name(i)))
  const urls = timeOf(100_000, (i) => lists.match('net.uri', `http://${name(i)}/index.html`))
  await lists.close()
  return [
    { what: 'look-up of a name, mean', value: names.mean, unit: 'ms' },
    { what: 'look-up of a name, p99', value: names.p99, unit: 'ms', bar: 0.2 },
    { what: 'look-up of a URL, p99', value: urls.p99, unit: 'ms', bar: 0.2 },
  ]
}

/** A million domains in several lists, all of which are read again. */
async function reloadAll(folder: string, count: number): Promise<Measure[]> {
  await warmUp(folder, 'domains')
  const size = ENTRIES / count
  for (let i = 0; i < count; i++)
    await writeValues(join(folder, 'bad', `${i}.txt`), 'domains', { from: i * size, count: size })
  const before = settledRss()
  const { lists } = await load(folder)
  const all = settledRss() - before
  for (const name of await readdir(join(folder, 'bad'))) await utimes(join(folder, 'bad', name), 1, 1)
  const held = watchLoop()
  forgetPeak()
  await lists.reload()
  const peak = peakRss() - before
  const longestMs = held()
  if (lists.status().some(({ ageSecs }) => ageSecs! < 1e6)) throw new Error('not all lists were read again')
  const after = settledRss() - before
  await lists.close()
  return [
    { what: `memory (RSS) of ${count} lists`, value: all / MB, unit: 'MB' },
    { what: 'peak while they are read again', value: peak / MB, unit: 'MB', bar: Math.ceil((all + all / count) / MB) },
    { what: 'memory (RSS) afterwards', value: after / MB, unit: 'MB' },
    { what: 'event loop held', value: longestMs, unit: 'ms', bar: 100 },
  ]
}

async function load(folder: string): Promise<{ lists: Lists; seconds: number; longestMs: number }> {
  const held = watchLoop()
  const begun = performance.now()
  const lists = await openLists({
    folder,
    reloadSecs: 3600,
    maxEntries: 4 * ENTRIES,
    clock: { now: () => Date.now(), after: () => () => {} },
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
    log: { info() {}, warn() {}, error: (_, message) => console.error(message) },
  })
  return { lists, seconds: (performance.now() - begun) / 1000, longestMs: held() }
}

/** Has everything compiled and the heap at its usual size, so that only the lists are measured. */
async function warmUp(folder: string, kind: Kind): Promise<void> {
  const path = join(folder, 'bad', 'warm-up.txt')
  await writeValues(path, kind, { from: 0, count: 300_000 })
  const { lists } = await load(folder)
  await lists.close()
  await rm(path)
}

async function writeValues(path: string, kind: Kind, { from, count }: { from: number; count: number }): Promise<void> {
  const file = createWriteStream(path)
  for (let i = from; i < from + count; i += 10_000) {
    let text = ''
    for (let j = i; j < Math.min(i + 10_000, from + count); j++) text += `${values[kind](j)}\n`
    if (!file.write(text)) await once(file, 'drain')
  }
  file.end()
  await finished(file)
}

/**
 * Watches how long the event loop is held, in time that this thread has a core (Linux) so that other processes do not
 * count; the function that it gives ends it, and says the longest time in milliseconds.
 */
function watchLoop(): () => number {
  let longestMs = 0
  let last = busyMs()
  const timer = setInterval(() => {
    const now = busyMs()
    longestMs = Math.max(longestMs, now - last)
    last = now
  }, 1)
  return () => {
    clearInterval(timer)
    return Math.max(longestMs, busyMs() - last)
  }
}

function busyMs(): number {
  if (!existsSync('/proc/self/schedstat')) return performance.now()
  return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6
}

function timeOf(count: number, work: (i: number) => unknown): { mean: number; p99: number } {
  const times = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const begun = performance.now()
    work(i)
    times[i] = performance.now() - begun
  }
  times.sort()
  return { mean: times.reduce((sum, one) => sum + one, 0) / count, p99: times[Math.floor(count * 0.99)]! }
}

function settledRss(): number {
  for (let i = 0; i < 5; i++) globalThis.gc?.()
  return process.memoryUsage().rss
}

/** Has the kernel forget the largest memory so far (Linux). */
function forgetPeak(): void {
  if (existsSync('/proc/self/clear_refs')) writeFileSync('/proc/self/clear_refs', '5')
}

function peakRss(): number {
  const [, kB] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kB) * 1024
}
