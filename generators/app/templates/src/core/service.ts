import type { Logger } from 'pino'
import service from '../../package.json' with { type: 'json' }
import { createClient, type ClientParts } from './client/client.ts'
import { systemClock } from './time.ts'
import { RateLimiter } from './client/rate-limiter.ts'
import type { Source } from './client/source.ts'
import type { Context } from './context.ts'
import { createEvents, type Events } from './events.ts'
import { createLedger, LEDGER_KEY_BYTES } from './gate/ledger.ts'
import { createApp } from './http/app.ts'
import { createAuthenticate } from './http/authentication.ts'
import { tellCertificate, type TlsFiles } from './http/certificate.ts'
import { startServer, type RunningServer } from './http/server.ts'
import type { Lists } from './lists/lists.ts'
import { openConfiguredLists, withLists } from './open-lists.ts'
import { observed } from './ops/observed-store.ts'
import { createOps, type Ops } from './ops/ops.ts'
import { giveStartNotices } from './ops/start-notices.ts'
import { SEARCH_ID_KEY_BYTES } from './protocol/artifact.ts'
import { ConcurrencyLimits, Starts } from './search/starts.ts'
import { createDispatch, type Dispatch } from './search/dispatch.ts'
import { Leases } from './search/leases.ts'
import { Runner } from './search/runner.ts'
import type { Searcher } from './search/searcher.ts'
import type { Config } from './settings/config.ts'
import { boundedFiles } from './store/bounded-files.ts'
import { createMemoryStore } from './store/memory/store.ts'
import type { Store } from './store/store.ts'

/** How often files that no search names are looked for: in milliseconds. */
const FILE_SWEEP_INTERVAL_MS = 600_000
/** How often the end of the certificate is looked at: in milliseconds. */
const CERTIFICATE_INTERVAL_MS = 86_400_000
/** How long requests that are under way have once the service stops: in milliseconds. */
const CLOSE_WITHIN_MS = 5000
/** How long a result can be read, unless that is set: in seconds. */
const RESULT_TTL_SECS = 3600

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
   * @throws {ConfigError} when they cannot be used; the old ones stay.
   */
  reloadTls(): boolean
  /**
   * Reads anew what has changed of the local lists.
   * @returns false when there are none.
   */
  reloadLists(): Promise<boolean>
}

/**
 * Starts the service: settings → lists → store → runner → servers.
 * @throws {ListsError} when the local lists cannot be used.
 * @throws {StoreUnavailableError} when MongoDB is out of reach, or an error of a port that is taken.
 */
export async function startService(settings: Config, searchers: readonly Searcher[], log: Logger): Promise<Service> {
  const lists = await openConfiguredLists(settings, log)
  try {
    return await startWith(lists, { config: withLists(settings, lists), searchers, log })
  } catch (error) {
    await lists?.close()
    throw error
  }
}

async function startWith(
  lists: Lists | undefined,
  { config, searchers, log }: { config: Config; searchers: readonly Searcher[]; log: Logger },
): Promise<Service> {
  const { sources, searchers: ofCode, CTS_RESULT_TTL_SECS: ttlSecs } = config
  const dispatch = createDispatch(searchers, { sources, searchers: ofCode, ttlSecs, lists })
  giveStartNotices(config, dispatch, log)
  const events = createEvents()
  const store = observed(await openStore(config, log), events)
  const parts = { config, store, dispatch, events, log }
  const runner = await createRunner(parts).catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  const sweep = () => store.sweepFiles().catch((err) => log.debug({ err }, 'cannot sweep files'))
  const timers = [setInterval(sweep, FILE_SWEEP_INTERVAL_MS).unref()]
  const servers: RunningServer[] = []
  let stopping = false
  const isStopping = () => stopping
  let ops: Ops | undefined

  const stop = async () => {
    stopping = true
    for (const timer of timers) clearInterval(timer)
    await Promise.all(servers.map((server) => server.close(CLOSE_WITHIN_MS)))
    await runner.stop(config.CTS_SHUTDOWN_SECS)
    await ops?.stop()
    await lists?.close()
    await store.close()
  }
  const listen = async (...args: Parameters<typeof startServer>) => {
    const server = await startServer(...args)
    servers.push(server)
    return server
  }

  try {
    const context = await createContext({ ...parts, runner })
    ops = await createOps({ ...parts, name: service.name, runner, lists, context, isStopping })
    const main = await listen(createMainApp(config, context, events, log), {
      port: config.PORT,
      host: config.HOST,
      tls: tlsOf(config),
    })
    const opsServer =
      config.OPS_PORT === 0 ? undefined : await listen(ops.app, { port: config.OPS_PORT, host: config.OPS_HOST })
    const tellTls = () => main.certificate && tellCertificate(main.certificate, log)
    tellTls()
    timers.push(setInterval(tellTls, CERTIFICATE_INTERVAL_MS).unref())
    runner.start()
    const url = main.url.replace(/\/$/, '') + config.CTS_BASE_PATH
    const names = searchers.map(({ name }) => name)
    log.info({ url, ops: opsServer?.url, owner: runner.owner, searchers: names }, 'service started')
    const reloadTls = () => {
      const isReloaded = main.reloadTls()
      if (isReloaded) tellTls()
      return isReloaded
    }
    const reloadLists = async () => {
      await lists?.reload()
      return lists !== undefined
    }
    return { url, opsUrl: opsServer?.url, stop, reloadTls, reloadLists }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What the parts of the service are made of. */
export interface Parts {
  config: Config
  store: Store
  dispatch: Dispatch
  events: Events
  log: Logger
}

/** Makes what runs searches in the background. */
export async function createRunner(parts: Parts & Pick<ClientParts, 'clock' | 'fetch'>): Promise<Runner> {
  const { config, store, dispatch, events, log, clock = systemClock, fetch } = parts
  const settingsOf = ({ id }: Source) => config.sources[id]
  const limiter = new RateLimiter(store.rates, clock)
  const limits = new ConcurrencyLimits((id) => dispatch.placesOf(id))
  const leases = new Leases(store, config.CTS_LEASE_SECS)
  const ledger = createLedger({
    store: store.egress,
    mode: config.CTS_EGRESS,
    days: config.CTS_EGRESS_DAYS,
    key: await store.secret('egress', LEDGER_KEY_BYTES),
    replica: leases.claimant.owner,
  })
  return new Runner({
    store,
    dispatch,
    client: createClient({ settingsOf, limiter, ledger, events, clock, ...(fetch && { fetch }) }),
    starts: new Starts({ limiter, limits, settingsOf, maxWaitMs: config.CTS_MAX_WAIT_SECS * 1000 }),
    leases,
    rules: config.rules,
    events,
    log,
    concurrency: config.CTS_CONCURRENCY,
    maxWaiting: config.CTS_MAX_WAITING,
    settings: {
      searchTimeoutSecs: config.CTS_SEARCH_TIMEOUT_SECS,
      maxWaitSecs: config.CTS_MAX_WAIT_SECS,
      maxAttempts: config.CTS_MAX_ATTEMPTS,
      resultTtlSecs: config.CTS_RESULT_TTL_SECS ?? RESULT_TTL_SECS,
      failureTtlSecs: config.CTS_FAILURE_TTL_SECS,
      rememberDays: config.CTS_REMEMBER_DAYS,
    },
  })
}

/** Makes what the procedures work with. */
export async function createContext(parts: Parts & { runner: Runner }): Promise<Context> {
  const { config, store, runner, dispatch, events, log } = parts
  return {
    store,
    runner,
    dispatch,
    rules: config.rules,
    events,
    log,
    searchIdKey: await store.secret('search-id', SEARCH_ID_KEY_BYTES),
    settings: {
      retrySecs: config.CTS_RETRY_SECS,
      syncWaitMs: config.CTS_SYNC_WAIT_MS,
      uploadFiles: config.CTS_UPLOAD_FILES,
      maxWaitSecs: config.CTS_MAX_WAIT_SECS,
    },
  }
}

function createMainApp(config: Config, context: Context, events: Events, log: Logger) {
  return createApp({
    context,
    log,
    events,
    trustProxy: config.CTS_TRUST_PROXY,
    authenticate: createAuthenticate(config.CTS_USER, config.CTS_PASSWORD),
    basePath: config.CTS_BASE_PATH,
    maxBodyBytes: config.CTS_MAX_BODY_BYTES,
    maxUploadBytes: config.CTS_MAX_UPLOAD_BYTES,
  })
}

function tlsOf({ CTS_TLS_CERT: cert, CTS_TLS_KEY: key }: Config): TlsFiles | undefined {
  return cert && key ? { cert, key } : undefined
}

async function openStore(config: Config, log: Logger): Promise<Store> {
  const store = await openUnbounded(config, log)
  return { ...store, files: boundedFiles(store.files, config.CTS_MAX_STORED_BYTES) }
}

async function openUnbounded(config: Config, log: Logger): Promise<Store> {
  if (config.MONGODB_URL) {
    // the driver is most of the bundle: loaded only where it is used
    const { openMongoStore } = await import('./store/mongodb/open.ts')
    return openMongoStore(config.MONGODB_URL, config.MONGODB_DB)
  }
  log.warn('MONGODB_URL is not set: searches and results are kept in memory and lost with this process')
  return createMemoryStore()
}
