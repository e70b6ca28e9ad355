// Counts the files of the emitted service that one artifact passes, from its POST until SOAR has its hit: those in which
// a function ran meanwhile, by V8's coverage. On MongoDB if MONGODB_URL is set, else on the memory store.
import { randomUUID } from 'node:crypto'
import { Session } from 'node:inspector/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { setupServer } from 'msw/node'
import { MongoClient } from 'mongodb'
import { createLog } from '../generators/app/templates/src/core/ops/log.ts'
import { startService } from '../generators/app/templates/src/core/service.ts'
import { loadConfig } from '../generators/app/templates/src/core/settings/config.ts'
import { defineSearcher } from '../generators/app/templates/src/core/define.ts'
import { urlhaus } from '../generators/app/templates/src/sources/urlhaus.ts'
import { handlers } from '../generators/app/templates/test/mocks/urlhaus.ts'

const SRC = new URL('../generators/app/templates/src/', import.meta.url).href
const POLL_MS = 20
const database = `cts_files_${randomUUID().slice(0, 8)}`

const mock = setupServer(...handlers)
mock.listen({ onUnhandledRequest: 'bypass' })
const searchers = [defineSearcher({ name: 'url', artifactTypes: ['net.uri'], sources: [urlhaus] })]
const { MONGODB_URL } = process.env
const config = loadConfig(
  { MONGODB_URL, MONGODB_DB: database, HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0', URLHAUS_API_KEY: 'key' },
  searchers,
)
const service = await startService(config, searchers, createLog('info', { write() {} }))
try {
  const files = await filesRunBy(() => scan(service.url))
  const calls = files.reduce((sum, file) => sum + file.calls, 0)
  for (const { path, functions, calls: own } of files) {
    console.log(`${path.padEnd(36)} ${String(own).padStart(4)}  ${functions.join(' ')}`)
  }
  console.log(`${files.length} files, ${calls} calls, ${MONGODB_URL ? 'MongoDB' : 'memory store'}`)
} finally {
  await service.stop()
  mock.close()
  if (MONGODB_URL) await dropDatabase(MONGODB_URL)
}

/** Sends an artifact as SOAR does, and asks until it has its hit. */
async function scan(url: string): Promise<void> {
  const artifact = JSON.stringify({ type: 'net.uri', value: `http://${randomUUID()}.example/` })
  let response = await fetch(`${url}/`, { method: 'POST', body: artifact, redirect: 'manual' })
  const { id } = (await response.clone().json()) as { id: string }
  while (response.status === 303) {
    await sleep(POLL_MS)
    response = await fetch(`${url}/${id}`, { redirect: 'manual' })
  }
  const { hits } = (await response.json()) as { hits?: unknown[] }
  if (hits?.length !== 1) throw new Error(`the artifact has ${hits?.length ?? 'no'} hits, not one (${response.status})`)
}

/** The files of the service in which a function ran during some work, and these functions. */
async function filesRunBy(work: () => Promise<void>) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await session.post('Profiler.takePreciseCoverage')
  await work()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  return result
    .filter(({ url }) => url.startsWith(SRC))
    .map(({ url, functions }) => {
      // `__name` is tsx's own
      const run = functions.filter(({ functionName, ranges }) => functionName !== '__name' && ranges[0]!.count > 0)
      return {
        path: url.slice(SRC.length).replace(/\?.*$/, ''),
        functions: run.map(({ functionName }) => functionName || '…'),
        calls: run.reduce((sum, { ranges }) => sum + ranges[0]!.count, 0),
      }
    })
    .filter(({ calls }) => calls > 0)
    .toSorted((a, b) => a.path.localeCompare(b.path))
}

async function dropDatabase(url: string): Promise<void> {
  const client = new MongoClient(url)
  await client.db(database).dropDatabase()
  await client.close()
}
