import { ConfigError } from './core/setting.ts'
import { loadConfig, type Config } from './core/settings/config.ts'
import { addEnvFile } from './core/settings/env-file.ts'
import { keepLoopbackDirect } from './core/settings/proxy.ts'
import { createLog, openStdout } from './core/ops/log.ts'
import { searchers } from './searchers/index.ts'
import { startService, type Service } from './core/service.ts'
import { startFailure } from './core/start-failure.ts'

/** How long the last lines of the log may take to be written: in milliseconds. */
const LAST_LINES_MS = 2000

keepLoopbackDirect(process.env)
const config = readConfig()
const log = createLog(config.LOG_LEVEL, await openStdout())
let service: Service | undefined
let stopping = false

// before anything that takes time: the first process of a container has no other handler for them
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
process.on('SIGHUP', reload)

try {
  service = await startService(config, searchers, log)
  // whoever waits for it to listen reads that at once
  log.flush()
} catch (error) {
  log.fatal(startFailure(error, config))
  exit(1)
}

/** Ends the process: with the first signal in good order, with the second at once. */
async function stop(signal: string): Promise<void> {
  if (stopping) {
    log.warn({ signal }, 'stopping at once: searches that run here are taken over once their leases have run out')
    return exit(1)
  }
  stopping = true
  log.info({ signal }, 'stopping')
  await service?.stop()
  log.info('stopped')
  exit(0)
}

/**
 * Ends the process once its last lines are written. If their reader has gone, that is found out here: in the end itself
 * pino would try without end. If it does not read, they are lost with this process.
 */
function exit(status: number): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_LINES_MS)
  log.flush(() => process.exit(status))
}

/** Takes up a new certificate, and what has changed of the local lists. Everything else needs a restart. */
function reload(): void {
  void service?.reloadLists().then((isReloaded) => isReloaded && log.info('the local lists were looked at again'))
  try {
    const isReloaded = service?.reloadTls()
    log.info(
      isReloaded
        ? 'certificate and key were read again'
        : 'there is no certificate to read again: CTS_TLS_CERT is not set',
    )
  } catch (error) {
    log.error(`the new certificate or key cannot be used, the old ones stay: ${(error as Error).message}`)
  }
}

function readConfig(): Config {
  try {
    if (process.env.NODE_ENV !== 'production') addEnvFile('.env', process.env)
    return loadConfig(process.env, searchers)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}
