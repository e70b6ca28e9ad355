// Measures one thing of the local lists in a process of its own, and prints it: `measure.ts NAME ENTRIES`.
import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLists, type Lists } from '../../generators/app/templates/src/core/lists/lists.ts'
import { quantile } from '../stats.ts'
import { PARSE, parseSecs } from './pace.ts'
import { forgetPeak, peakMb, settledMb, watchLoop } from './process.ts'
import { typeOf, values, writeValues, type Kind } from './values.ts'

/** One number, and what it may be at most; without a bar it is for information. */
export interface Measure {
  what: string
  value: number
  unit: 'MB' | 's' | 'ms'
  most?: number
}

const MEASURES: Record<string, (folder: string, entries: number) => Promise<Measure[]>> = {
  domains: (folder, entries) => loadOne(folder, entries, { kind: 'domains', mostMb: 60 }),
  sha256: (folder, entries) => loadOne(folder, entries, { kind: 'sha256', mostMb: 120 }),
  ipv4: (folder, entries) => loadOne(folder, entries, { kind: 'ipv4' }),
  urls: (folder, entries) => loadOne(folder, entries, { kind: 'urls' }),
  cidr: (folder, entries) => loadOne(folder, entries, { kind: 'cidr' }),
  json: loadJson,
  'look-ups': lookUps,
  reload: reloadAll,
  parse: async () => [{ what: PARSE, value: parseSecs(), unit: 's' }],
}

const [name = '', entries] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'lists-'))
try {
  await mkdir(join(folder, 'bad'))
  console.log(JSON.stringify(await MEASURES[name]!(folder, Number(entries))))
} finally {
  await rm(folder, { recursive: true })
}

async function loadOne(
  folder: string,
  entries: number,
  { kind, mostMb }: { kind: Kind; mostMb?: number },
): Promise<Measure[]> {
  await warmUp(folder, kind)
  await writeValues(join(folder, 'bad', `${kind}.txt`), kind, { count: entries })
  const before = settledMb()
  const { secs, heldMs, lists } = await load(folder)
  const grown = settledMb() - before
  requireEntries(lists, entries)
  const lookUp = timesOf((i) => lists.match(typeOf[kind], values[kind](i * 7).replace(/\/\d+$/, '')))
  await lists.close()
  return [
    { what: 'memory', value: grown, unit: 'MB', ...(mostMb !== undefined && { most: mostMb }) },
    { what: 'loading', value: secs, unit: 's', most: 2 },
    { what: 'event loop held', value: heldMs, unit: 'ms', most: 100 },
    { what: 'look-up, median', value: quantile(lookUp, 0.5), unit: 'ms' },
  ]
}

/** A warninglist of 64 MB. */
async function loadJson(folder: string): Promise<Measure[]> {
  await warmUp(folder, 'domains')
  const list: string[] = []
  for (let bytes = 0; bytes < 63_500_000; bytes += list.at(-1)!.length + 3) list.push(values.domains(list.length))
  writeFileSync(join(folder, 'bad', 'list.json'), JSON.stringify({ type: 'hostname', list }))
  const { length } = list
  list.length = 0
  const { secs, heldMs, lists } = await load(folder)
  requireEntries(lists, length)
  await lists.close()
  return [
    { what: '64 MB, loading', value: secs, unit: 's' },
    { what: '64 MB, event loop held', value: heldMs, unit: 'ms', most: 400 },
  ]
}

/** 20 lists of domains with all beneath them. */
async function lookUps(folder: string, entries: number): Promise<Measure[]> {
  const count = entries / 20
  writeFileSync(join(folder, 'lists.json'), JSON.stringify({ 'bad/': { beneath: true } }))
  for (let i = 0; i < 20; i++) await writeValues(join(folder, 'bad', `${i}.txt`), 'domains', { from: i * count, count })
  const { lists } = await load(folder)
  const nameOf = (i: number) => `a.b.www.${values.domains((i * 37) % (2 * entries))}`
  timesOf((i) => lists.match('net.name', nameOf(i)))
  const names = timesOf((i) => lists.match('net.name', nameOf(i)))
  const urls = timesOf((i) => lists.match('net.uri', `http://${nameOf(i)}/index.html`))
  await lists.close()
  return [
    { what: 'of a name in 20 lists, median', value: quantile(names, 0.5), unit: 'ms' },
    { what: 'of a name in 20 lists, p99', value: quantile(names, 0.99), unit: 'ms', most: 0.2 },
    { what: 'of a URL in 20 lists, p99', value: quantile(urls, 0.99), unit: 'ms', most: 0.2 },
  ]
}

/** Domains in five lists, all of which are read again. */
async function reloadAll(folder: string, entries: number): Promise<Measure[]> {
  await warmUp(folder, 'domains')
  const count = entries / 5
  for (let i = 0; i < 5; i++) await writeValues(join(folder, 'bad', `${i}.txt`), 'domains', { from: i * count, count })
  const before = settledMb()
  const { lists } = await load(folder)
  const all = settledMb() - before
  for (const name of await readdir(join(folder, 'bad'))) await utimes(join(folder, 'bad', name), 1, 1)
  const held = watchLoop()
  forgetPeak()
  await lists.reload()
  const peak = peakMb() - before
  const heldMs = held()
  if (lists.status().some(({ ageSecs }) => ageSecs! < 1e6)) throw new Error('not all lists were read again')
  await lists.close()
  return [
    { what: 'peak beyond all lists and one', value: peak - (all + all / 5), unit: 'MB', most: 1 },
    { what: 'event loop held', value: heldMs, unit: 'ms', most: 100 },
  ]
}

async function load(folder: string): Promise<{ lists: Lists; secs: number; heldMs: number }> {
  const held = watchLoop()
  const begun = performance.now()
  const lists = await openLists({
    folder,
    reloadSecs: 3600,
    maxEntries: 4_000_000,
    clock: { now: () => Date.now(), after: () => () => {} },
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
    log: { info() {}, warn() {}, error: (_, message) => console.error(message) },
  })
  return { lists, secs: (performance.now() - begun) / 1000, heldMs: held() }
}

/** Has everything compiled and the heap at its usual size, so that only the lists are measured. */
async function warmUp(folder: string, kind: Kind): Promise<void> {
  const path = join(folder, 'bad', 'warm-up.txt')
  await writeValues(path, kind, { count: 300_000 })
  const { lists } = await load(folder)
  await lists.close()
  await rm(path)
}

function requireEntries(lists: Lists, entries: number): void {
  if (lists.status()[0]?.entries !== entries) throw new Error(JSON.stringify(lists.status()))
}

/** The times of many calls, sorted: in milliseconds that this process had a core, so that others do not count. */
function timesOf(work: (i: number) => unknown): Float64Array {
  const times = new Float64Array(100_000)
  for (let i = 0; i < times.length; i++) {
    const begun = process.cpuUsage()
    work(i)
    const { user, system } = process.cpuUsage(begun)
    times[i] = (user + system) / 1000
  }
  return times.sort()
}
