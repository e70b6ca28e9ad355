// Starts the service on the memory store with its sources played by test/mocks, and scans an artifact for each searcher.
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { setupServer } from 'msw/node'
import type { RequestHandler } from 'msw'
import { loadConfig } from '../src/core/settings/config.ts'
import { createLog } from '../src/core/ops/log.ts'
import { createDispatch } from '../src/core/search/dispatch.ts'
import { searchers } from '../src/searchers/index.ts'
import { startService } from '../src/core/service.ts'
import { settingNames } from '../src/core/client/source.ts'
import { SAMPLE_CONTENT, sampleArtifact } from '../test/core/searchers/sample-artifact.ts'
import { hitTable, oneLine, type Scan } from './hit-table.ts'
import { createSoar } from './soar/client.ts'

const POLL_MS = 50
const PATIENCE_SECS = 10

const sources = searchers.flatMap((searcher) => searcher.sources ?? [])
const ofSources = sources.map(settingNames).flatMap(({ key, rateLimit }) => [
  [key, 'demo'],
  [rateLimit, 'none'],
])
const config = loadConfig(
  { ...Object.fromEntries(ofSources), HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0', CTS_UPLOAD_FILES: 'true' },
  searchers,
)

const mocks = setupServer(...(await mockHandlers()))
mocks.listen({
  onUnhandledRequest({ url }, print) {
    if (new URL(url).hostname !== config.HOST) print.error()
  },
})
await demo().catch((error: Error) => {
  console.error(`The demo failed: ${error.message}`)
  process.exitCode = 1
})
mocks.close()

async function demo(): Promise<void> {
  if (searchers.length === 0) return console.log('This service has no searchers yet: add one with the generator.')
  const service = await startService(config, searchers, createLog('silent'))
  try {
    console.log(`\n${hitTable(await scanAll(service.url))}`)
  } finally {
    await service.stop()
  }
}

/** The handlers of every file in test/mocks. */
async function mockHandlers(): Promise<RequestHandler[]> {
  const folder = new URL('../test/mocks/', import.meta.url)
  const files = (await readdir(folder)).filter((file) => /^[^.]+\.ts$/.test(file)).toSorted()
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)))
  return modules.flatMap((mock: { handlers?: RequestHandler[] }) => mock.handlers ?? [])
}

/** Scans one artifact for each searcher, the first of them aloud; searchers of one type share it. */
async function scanAll(url: string): Promise<Scan[]> {
  const scans: Scan[] = []
  const dispatch = createDispatch(searchers)
  const shown = new Set<string>()
  for (const searcher of searchers) {
    if (shown.has(searcher.name)) continue
    const artifact = sampleArtifact(searcher.artifactTypes[0]!)
    const asked = dispatch.searchersOf(artifact.type).map(({ name }) => name)
    const soar = createSoar({ url, fetch: scans.length === 0 ? aloud() : fetch, sleep: () => sleep(POLL_MS) })
    const { hits } = await soar.scan({ artifact, file: fileOf(artifact) }, PATIENCE_SECS)
    if (hits.length < asked.length) {
      throw new Error(`${asked.join(', ')} gave ${hits.length} hit(s) for ${artifact.type}, not one each`)
    }
    for (const name of asked) shown.add(name)
    scans.push({ searchers: asked, type: artifact.type, value: artifact.value, hits })
  }
  return scans
}

function fileOf({ type, value }: { type: string; value: unknown }): File | undefined {
  return type === 'file.content' ? new File([SAMPLE_CONTENT], String(value)) : undefined
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
