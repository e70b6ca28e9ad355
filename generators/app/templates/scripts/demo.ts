// Starts the service on the memory store with its sources played by test/mocks, and scans an artifact for each searcher.
import { readdir } from 'node:fs/promises'
import { setupServer } from 'msw/node'
import type { RequestHandler } from 'msw'
import { loadConfig } from '../src/config.ts'
import { createLog } from '../src/ops/log.ts'
import type { Hit } from '../src/protocol/hit.ts'
import type { ScanResponse } from '../src/protocol/response.ts'
import { createDispatch } from '../src/search/dispatch.ts'
import { searchers } from '../src/searchers/index.ts'
import { startService } from '../src/service.ts'
import { settingNames } from '../src/sources/source.ts'
import { SAMPLE_CONTENT, sampleArtifact } from '../test/searchers/sample-artifact.ts'
import { hitTable, type Scan } from './hit-table.ts'

const POLL_MS = 50
const PATIENCE_MS = 10_000

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
    console.log(hitTable(await scanAll(service.url)))
  } finally {
    await service.stop()
  }
}

/** The handlers of every file in test/mocks. */
async function mockHandlers(): Promise<RequestHandler[]> {
  const folder = new URL('../test/mocks/', import.meta.url)
  const files = (await readdir(folder)).filter((file) => /^[^.]+\.ts$/.test(file) && file !== 'server.ts').toSorted()
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)))
  return modules.flatMap((mock: { handlers?: RequestHandler[] }) => mock.handlers ?? [])
}

/** Scans one artifact for each searcher; searchers of one type share it. */
async function scanAll(url: string): Promise<Scan[]> {
  const scans: Scan[] = []
  const dispatch = createDispatch(searchers)
  const shown = new Set<string>()
  for (const searcher of searchers) {
    if (shown.has(searcher.name)) continue
    const artifact = sampleArtifact(searcher.artifactTypes[0]!)
    const asked = dispatch.searchersOf(artifact.type).map(({ name }) => name)
    const hits = await scan(url, artifact)
    if (hits.length < asked.length) {
      throw new Error(`${asked.join(', ')} gave ${hits.length} hit(s) for ${artifact.type}, not one each`)
    }
    for (const name of asked) shown.add(name)
    scans.push({ searchers: asked, type: artifact.type, value: artifact.value, hits })
  }
  return scans
}

/** Plays SOAR: hands an artifact in, and asks again until the search is complete. */
async function scan(url: string, artifact: { type: string; value: unknown }): Promise<Hit[]> {
  const until = Date.now() + PATIENCE_MS
  let response = await fetch(url, { method: 'POST', body: bodyOf(artifact), redirect: 'manual' })
  while (response.status === 303) {
    if (Date.now() > until) throw new Error(`the search for ${artifact.type} took longer than ${PATIENCE_MS / 1000} s`)
    const { id } = (await response.json()) as ScanResponse
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    response = await fetch(`${url}/${id}`, { redirect: 'manual' })
  }
  if (response.status !== 200)
    throw new Error(`${artifact.type} was answered with ${response.status}: ${await response.text()}`)
  const { hits = [] } = (await response.json()) as ScanResponse
  return hits
}

/** A file comes as a form with its content, everything else as JSON. */
function bodyOf({ type, value }: { type: string; value: unknown }): FormData | string {
  const json = JSON.stringify({ type, value })
  if (type !== 'file.content') return json
  const form = new FormData()
  form.set('artifact', new Blob([json], { type: 'application/json' }))
  form.set('file', new Blob([SAMPLE_CONTENT]), String(value))
  return form
}
