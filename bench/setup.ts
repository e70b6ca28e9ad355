import type { BareName, BenchCase, StoreName } from './cases.ts'
import type { Cleanup } from './cleanup.ts'
import type { Database, Databases } from './database.ts'
import type { Driver } from './driver/driver.ts'
import { startServer, type Server } from './server.ts'
import type { Source } from './source.ts'
import type { Workspace } from './workspace.ts'

const USER = 'soar'
const PASSWORD = 'correct horse battery staple'

/** What every part of the benchmark works with. */
export interface Bench {
  workspace: Workspace
  cleanup: Cleanup
  driver: Driver
  source: Source
  /** @throws {OptionsError} when there is no MongoDB. */
  databases(): Promise<Databases>
  /** The path of a multipart body with a file. */
  uploadBody: string
}

/** The header that a case's requests have. */
export function authorizationOf({ auth }: { auth: boolean }): string | undefined {
  return auth ? `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` : undefined
}

/** Starts the service on a store. */
export async function startService(
  bench: Bench,
  { auth = false, database, nodeArgs }: { auth?: boolean; database?: Database; nodeArgs?: string[] },
): Promise<Server> {
  const { workspace, cleanup, source } = bench
  const env = {
    BENCH_API_URL: source.url,
    HOLD_API_URL: source.url,
    CTS_UPLOAD_FILES: 'true',
    ...(auth && { CTS_USER: USER, CTS_PASSWORD: PASSWORD }),
    ...(database && { MONGODB_URL: (await bench.databases()).url, MONGODB_DB: database.name }),
  }
  return startServer('service', workspace.service, env, { folder: workspace.folder, cleanup, nodeArgs })
}

/** Starts a bare server for a case; on the memory store it answers what the service has answered. */
export async function startBare(
  bench: Bench,
  name: BareName,
  benchCase: BenchCase,
  { database, answer }: { database?: Database; answer: { status: number; body: string } },
): Promise<Server> {
  const { workspace, cleanup, source } = bench
  const authorization = authorizationOf(benchCase)
  const common = { BENCH_API_URL: source.url, ...(authorization && { BENCH_AUTHORIZATION: authorization }) }
  const options = { folder: workspace.folder, cleanup }
  if (database) {
    const env = { ...common, MONGODB_URL: (await bench.databases()).url, MONGODB_DB: database.name }
    if (name !== 'batched') return startServer(name, workspace.bare(name), env, options)
    return startServer(name, workspace.bare('h3'), { ...env, BENCH_BATCHED: 'true' }, options)
  }
  const asks = benchCase.kind === 'post-new' || benchCase.kind === 'rescan'
  const env = { BENCH_STATUS: String(answer.status), BENCH_BODY: answer.body, BENCH_ASKS: String(asks) }
  return startServer(name, workspace.bare('constant'), { ...common, ...env }, options)
}

/** A database with finished and waiting searches, or none for the memory store. */
export async function prepareDatabase(
  bench: Bench,
  store: StoreName,
  { results, waiting }: { results: number; waiting: number },
): Promise<Database | undefined> {
  if (store === 'memory') return undefined
  const database = (await bench.databases()).create()
  // the service makes the indexes and the key of the ids
  const service = await startService(bench, { database })
  await service.stop()
  await database.addResults(0, results)
  await database.addWaiting(waiting)
  return database
}
