// Starts the service on the memory store with its sources played by test/mocks, and scans an artifact for each searcher.
import './closed-output.ts'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { setupServer } from 'msw/node'
import type { RequestHandler } from 'msw'
import { loadConfig } from '../src/core/settings/config.ts'
import { keepLoopbackDirect } from '../src/core/settings/proxy.ts'
import { createLog } from '../src/core/ops/log.ts'
import { createDispatch, sourcesOf } from '../src/core/search/dispatch.ts'
import { searchers } from '../src/searchers/index.ts'
import { startService } from '../src/core/service.ts'
import { settingNames, settingPrefix } from '../src/core/client/source-settings.ts'
import type { ArtifactType, Searcher, Source } from '../src/core/define.ts'
import { ruleWords } from '../src/core/gate/decide.ts'
import { SAMPLE_CONTENT, sampleArtifact } from '../test/core/sources/sample-artifact.ts'
import { hitTable, oneLine, type Scan } from './hit-table.ts'
import { createSoar } from './soar/client.ts'

const POLL_MS = 50
const PATIENCE_SECS = 10
const SAMPLE_FILE = new File([SAMPLE_CONTENT], 'sample.exe')

/** By type, what stays in the house of whom the domain `corp.example` is. */
const OURS: { [T in ArtifactType]?: string } = {
  'net.uri': 'http://intranet.corp.example/login',
  'net.name': 'intranet.corp.example',
  'net.ip': '10.1.2.3',
  'net.cidr': '10.1.0.0/16',
  'email.header.sender_address': 'jane@corp.example',
}

/** What test/mocks has of a source. */
interface Mock {
  handlers?: RequestHandler[]
  /** Starts what plays a source that does not speak HTTP: a server, or a folder of lists. */
  play?(): Promise<{ url: string; stop(): Promise<void> }>
}

/** What the demo says is ours. */
const OWN = 'corp.example'

keepLoopbackDirect(process.env)
const mocks = await Promise.all(sourcesOf(searchers).map(mockOf))
const config = loadConfig(
  {
    ...Object.assign({}, ...mocks.map(settingsOf)),
    HOST: '127.0.0.1',
    CTS_OWN: OWN,
    PORT: '0',
    OPS_PORT: '0',
    CTS_UPLOAD_FILES: 'true',
  },
  searchers,
)

const http = setupServer(...mocks.flatMap(({ handlers }) => handlers))
http.listen({
  onUnhandledRequest({ url }, print) {
    if (new URL(url).hostname !== config.HOST) print.error()
  },
})
await demo().catch((error: Error) => {
  console.error(`The demo failed: ${error.message}`)
  process.exitCode = 1
})
http.close()
await Promise.all(mocks.map(({ server }) => server?.stop()))

async function demo(): Promise<void> {
  if (searchers.length === 0) return console.log('This service has no searchers yet: add one with the generator.')
  const service = await startService(config, searchers, createLog('silent'))
  try {
    const scans = await scanAll(service.url)
    if (scans.length === 0) return console.log('\nNo source of this service is filled in yet: there is no hit to show.')
    console.log(`\n${hitTable(scans)}`)
    await showKeptIn(service.url)
  } finally {
    await service.stop()
  }
}

async function mockOf(source: Source) {
  const file = new URL(`../test/mocks/${source.id}.ts`, import.meta.url)
  const { handlers = [], play }: Mock = existsSync(file) ? await import(file.href) : {}
  return { source, handlers, server: await play?.() }
}

/** Only mocks are asked, so they may see what is kept from public sources. */
function settingsOf({ source, server }: (typeof mocks)[number]): Record<string, string> {
  const { key, url, rateLimit } = settingNames(source)
  return {
    [key]: 'demo',
    [rateLimit]: 'none',
    [url]: server?.url ?? source.url ?? `https://${source.id}.example`,
    [`${settingPrefix(source.id)}MAY_SEE`]: 'internal',
  }
}

/** Scans one artifact for each searcher, the first of them aloud, local lists before others; searchers of one type share it. */
async function scanAll(url: string): Promise<Scan[]> {
  const scans: Scan[] = []
  const dispatch = createDispatch(searchers, { ...config, ttlSecs: undefined })
  const inOrder = searchers.toSorted((a, b) => Number(readsLists(b)) - Number(readsLists(a)))
  for (const type of new Set(inOrder.map(({ artifactTypes }) => artifactTypes[0]!))) {
    const lookUps = dispatch.lookUpsOf(type)
    for (const { id, unfinished } of lookUps) if (unfinished) console.log(`\n${id} is not asked yet: ${unfinished}`)
    const asked = lookUps.filter(({ unfinished }) => !unfinished).map(({ id }) => id)
    if (asked.length === 0) continue
    // SOAR names a file, and sends its content beside the name
    const value = type === 'file.content' ? SAMPLE_FILE.name : sampleArtifact(type).value
    const file = type === 'file.content' ? SAMPLE_FILE : undefined
    const soar = createSoar({ url, fetch: scans.length === 0 ? aloud() : fetch, sleep: () => sleep(POLL_MS) })
    const { hits } = await soar.scan({ artifact: { type, value }, file }, PATIENCE_SECS)
    if (hits.length < asked.length) {
      throw new Error(`${asked.join(', ')} gave ${hits.length} hit(s) for ${type}, not one each`)
    }
    scans.push({ type, value, hits })
  }
  return scans
}

/** Scans one artifact that public sources are not asked about, if any of the service's types can be one. */
async function showKeptIn(url: string): Promise<void> {
  const types = new Set(searchers.flatMap(({ artifactTypes }) => artifactTypes))
  const [type, value] = Object.entries(OURS).find(([one]) => types.has(one as ArtifactType)) ?? []
  if (type === undefined) return
  const soar = createSoar({ url, fetch, sleep: () => sleep(POLL_MS) })
  const { id } = await soar.scan({ artifact: { type, value } }, PATIENCE_SECS)
  const kept = (await soar.notAsked(id, { type, value })).map(({ source, rule }) => `  ${source}: ${ruleWords(rule)}`)
  if (kept.length > 0)
    console.log(`\nNot asked about ${type} ${value}, since the demo has CTS_OWN=${OWN}:\n${kept.join('\n')}`)
}

/** Whether a searcher finds what it finds without a network. */
function readsLists({ sources = [] }: Searcher): boolean {
  return sources.some((source) => source.readsLists)
}

/** A `fetch` that shows what is sent and what is answered, but not twice. */
function aloud(): typeof fetch {
  const shown = new Set<string>()
  const show = (line: string) => {
    if (!shown.has(line)) console.log(line)
    shown.add(line)
  }
  return async (address, init = {}) => {
    const response = await fetch(address, init)
    const body = typeof init.body === 'string' ? init.body : init.body ? 'and a form with the file' : ''
    show(oneLine(`${init.method} ${new URL(String(address)).pathname} ${body}`.trimEnd()))
    show(`  ${oneLine(`${response.status} ${await response.clone().text()}`)}`)
    return response
  }
}
