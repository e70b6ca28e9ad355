import type { Logger } from 'pino'
import service from '../../package.json' with { type: 'json' }
import type { Config } from './settings/config.ts'
import type { Context } from './context.ts'
import { createEvents } from './events.ts'
import { createApp } from './http/app.ts'
import { createAuthenticate } from './http/authentication.ts'
import { startServer, type RunningServer } from './http/server.ts'
import { createOps } from './ops/ops.ts'
import { SEARCH_ID_KEY_BYTES } from './protocol/search-id.ts'
import { createDispatch } from './search/dispatch.ts'
import { Runner } from './search/runner.ts'
import type { Searcher } from './search/searcher.ts'
import { createClient } from './client/client.ts'
import { settingNames } from './client/source.ts'
import { createMemoryStore } from './store/memory/store.ts'
import { observed } from './store/observed.ts'
import type { Store } from './store/store.ts'

/** How often files that no search names are looked for: in milliseconds. */
const FILE_SWEEP_INTERVAL_MS = 600_000
/** How long a source may take to answer, and no longer than half the time of a search: in milliseconds. */
const CALL_TIMEOUT_MS = 30_000
/** How long requests that are under way have once the service stops: in milliseconds. */
const CLOSE_WITHIN_MS = 5000

/** A service that answers. */
export interface Service {
  /** Where SOAR's endpoints are, without a slash at the end. */
  url: string
  /** Where health is, if it is on. */
  opsUrl?: string
  /** Stops accepting, lets running searches finish within `CTS_SHUTDOWN_SECS`, and gives the others back. */
  stop(): Promise<void>
  /**
   * Reads certificate and key anew.
   * @returns false when there are none.
   * @throws when they cannot be used; the old ones stay.
   */
  reloadTls(): boolean
}

/**
 * Starts the service: settings → store → runner → servers.
 * @throws {StoreUnavailableError} when MongoDB is out of reach, or an error of a port that is taken.
 */
export async function startService(config: Config, searchers: readonly Searcher[], log: Logger): Promise<Service> {
  const dispatch = createDispatch(searchers)
  for (const warning of config.warnings) log.warn(warning)
  warnOfMissingKeys(config, searchers, log)

  const events = createEvents()
  const store = observed(await openStore(config, log), events)
  const runner = new Runner({
    store,
    dispatch,
    log,
    events,
    settings: {
      concurrency: config.CTS_CONCURRENCY,
      searchTimeoutSecs: config.CTS_SEARCH_TIMEOUT_SECS,
      maxAttempts: config.CTS_MAX_ATTEMPTS,
      leaseSecs: config.CTS_LEASE_SECS,
      resultTtlSecs: config.CTS_RESULT_TTL_SECS,
      failureTtlSecs: config.CTS_FAILURE_TTL_SECS,
    },
    createAsk: createClient({
      settingsOf: (source) => config.sources[source.id],
      turns: store.turns,
      events,
      // before the search's own time is up, so that a source that hangs is known by name
      callTimeoutMs: Math.min(CALL_TIMEOUT_MS, config.CTS_SEARCH_TIMEOUT_SECS * 500),
    }),
    searcherSettings: config.searchers,
  })
  const servers: RunningServer[] = []
  let stopping = false
  const sweep = setInterval(() => {
    store.sweepFiles().catch((err) => log.debug({ err }, 'cannot sweep files'))
  }, FILE_SWEEP_INTERVAL_MS).unref()

  const ops = await createOps({
    config,
    name: service.name,
    searchers,
    store,
    runner,
    events,
    log,
    isStopping: () => stopping,
  })

  const stop = async () => {
    stopping = true
    clearInterval(sweep)
    await Promise.all(servers.map((server) => server.close(CLOSE_WITHIN_MS)))
    await runner.stop(config.CTS_SHUTDOWN_SECS)
    await ops.alerts?.stop()
    await store.close()
  }

  try {
    const context: Context = {
      store,
      runner,
      dispatch,
      searchIdKey: await store.secret('search-id', SEARCH_ID_KEY_BYTES),
      settings: {
        retrySecs: config.CTS_RETRY_SECS,
        syncWaitMs: config.CTS_SYNC_WAIT_MS,
        uploadFiles: config.CTS_UPLOAD_FILES,
      },
    }
    const app = createApp({
      context,
      log,
      events,
      trustProxy: config.CTS_TRUST_PROXY,
      authenticate: createAuthenticate(config.CTS_USER, config.CTS_PASSWORD),
      basePath: config.CTS_BASE_PATH,
      maxBodyBytes: config.CTS_MAX_BODY_BYTES,
      maxUploadBytes: config.CTS_MAX_UPLOAD_BYTES,
    })
    const tls =
      config.CTS_TLS_CERT && config.CTS_TLS_KEY ? { cert: config.CTS_TLS_CERT, key: config.CTS_TLS_KEY } : undefined
    const main = await startServer(app, { port: config.PORT, host: config.HOST, tls })
    servers.push(main)
    const opsServer =
      config.OPS_PORT === 0 ? undefined : await startServer(ops.app, { port: config.OPS_PORT, host: config.OPS_HOST })
    if (opsServer) servers.push(opsServer)
    runner.start()
    const url = main.url.replace(/\/$/, '') + config.CTS_BASE_PATH
    const names = searchers.map(({ name }) => name)
    log.info({ url, ops: opsServer?.url, owner: runner.owner, searchers: names }, 'service started')
    return { url, opsUrl: opsServer?.url, stop, reloadTls: () => main.reloadTls() }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openStore(config: Config, log: Logger): Promise<Store> {
  if (config.MONGODB_URL) {
    // the driver is most of the bundle: loaded only where it is used
    const { createMongoStore } = await import('./store/mongodb/store.ts')
    return createMongoStore(config.MONGODB_URL, config.MONGODB_DB)
  }
  log.warn('MONGODB_URL is not set: searches and results are kept in memory and lost with this process')
  return createMemoryStore()
}

function warnOfMissingKeys(config: Config, searchers: readonly Searcher[], log: Logger): void {
  for (const { name, sources = [] } of searchers) {
    for (const source of sources) {
      if (!source.key || source.key.optional || config.sources[source.id]?.key) continue
      const setting = settingNames(source).key
      log.warn(
        { searcher: name },
        `${setting} is not set: ${source.title} refuses calls without a key (${source.key.from})`,
      )
    }
  }
}
