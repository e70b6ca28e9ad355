import type { Cleanup } from './cleanup.ts'
import { connectDatabases, type Database } from './database.ts'
import type { Options } from './options.ts'
import { startServer, type Server } from './server.ts'
import { startSource } from './source.ts'
import { createWorkspace, type Workspace } from './workspace.ts'
import type { Finding } from './finding.ts'

/** One file of `cases/`. */
export interface BenchCase {
  name: string
  /** What it measures, in words. */
  what: string
  run(bench: Bench): AsyncGenerator<Finding>
}

/** What the cases work with. */
export interface Bench {
  options: Options
  workspace: Workspace
  cleanup: Cleanup
  /** Makes a database. */
  database(): Promise<Database>
  /** Starts the service; without a database on the memory store. */
  service(name: string, options?: ServiceOptions): Promise<Server>
  /** Starts the service of the commit to compare with, if there is one. */
  before(options: ServiceOptions): Promise<Server[]>
  /** Waits until so many new searches are done; gives when the last of them was. */
  settle(amount: number, database?: Database): Promise<number>
  /** Starts a bare server. */
  bare(name: string, options: { database: Database; gathers?: boolean } | { body: string }): Promise<Server>
}

/** How a service is started. */
export interface ServiceOptions {
  database?: Database
  /** Settings, instead of the benchmark's usual ones. */
  env?: Record<string, string>
  /** The bundle, if it is another than this commit's. */
  main?: string
  nodeArgs?: string[]
}

const SOURCES = ['BENCH', 'HOLD', 'FIRST', 'SECOND', 'THIRD']

/** Settings of a service that is compared with bare servers: they keep no ledger, and set no limits. */
const USUAL = { CTS_EGRESS: 'off', CTS_CONCURRENCY: '10000', CTS_MAX_WAITING: '10000000' }

/** What has the gate do its part: the owner's names and networks, what is known to be good, and the ledger. */
export const WITH_GATE = {
  ...USUAL,
  CTS_EGRESS: 'keyed',
  CTS_OWN: Array.from({ length: 50 }, (_, index) => `own-${index}.example, 198.51.${index}.0/24`).join(', '),
  CTS_KNOWN_GOOD: Array.from({ length: 50 }, (_, index) => `good-${index}.example`).join(', '),
  CTS_URL_QUERIES: 'cut',
}

/** Makes everything that the cases work with: the bundles, the source, and databases as they are asked for. */
export async function createBench(cleanup: Cleanup, options: Options): Promise<Bench> {
  const workspace = await createWorkspace(cleanup, options.before)
  const { folder } = workspace
  const source = await startSource(cleanup)
  let databases: ReturnType<typeof connectDatabases> | undefined
  const envOf = (database: Database | undefined) => database && { MONGODB_URL: database.url, MONGODB_DB: database.name }
  const service: Bench['service'] = (name, { database, env = USUAL, main = workspace.service, nodeArgs } = {}) => {
    const urls = Object.fromEntries(SOURCES.map((id) => [`${id}_API_URL`, source.url]))
    return startServer(name, main, { ...urls, ...envOf(database), ...env }, { folder, cleanup, nodeArgs })
  }
  return {
    options,
    workspace,
    cleanup,
    service,
    async database() {
      databases ??= connectDatabases(process.env['MONGODB_URL'], cleanup)
      return (await databases)()
    },
    async before(options) {
      return workspace.before ? [await service('before', { ...options, main: workspace.before })] : []
    },
    async settle(amount, database) {
      const at = await source.answered(amount)
      await database?.quiet()
      return at
    },
    bare(name, bare) {
      if ('body' in bare)
        return startServer(name, workspace.bare('constant'), { BENCH_BODY: bare.body }, { folder, cleanup })
      const gathers = bare.gathers && { BENCH_GATHERS: 'true' }
      const env = { BENCH_API_URL: source.url, ...envOf(bare.database), ...gathers }
      return startServer(name, workspace.bare('server'), env, { folder, cleanup })
    },
  }
}
