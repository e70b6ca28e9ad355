import { ListsError } from './lists/errors.ts'
import type { Config } from './settings/config.ts'
import { ConfigError } from './setting.ts'
import { StoreUnavailableError } from './store/store.ts'

/** How Node says that an address is none of this machine's. */
const NO_ADDRESS = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EAFNOSUPPORT', 'EINVAL'])

interface ListenError extends NodeJS.ErrnoException {
  port?: number
  address?: string
  hostname?: string
}

/** What the log says of a start that failed: a sentence, and the error unless the sentence says it all. */
export function startFailure(error: unknown, config: Config): { err?: unknown; msg: string } {
  const reason = listenFailure(error as ListenError, config) ?? (isTold(error) ? error.message : undefined)
  const msg = `the service could not start: ${reason ?? (error as Error).message}`
  return reason === undefined ? { err: error, msg } : { msg }
}

function isTold(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof ListsError || error instanceof StoreUnavailableError
}

/** Why an address cannot be listened on, by the name of its setting. */
function listenFailure({ code = '', port, address, hostname }: ListenError, config: Config): string | undefined {
  const isOps = port === undefined ? hostname === config.OPS_HOST : port === config.OPS_PORT
  const [portName, hostName] = isOps ? ['OPS_PORT', 'OPS_HOST'] : ['PORT', 'HOST']
  if (code === 'EADDRINUSE') return `port ${port} is taken: set ${portName} to another, or stop what is there`
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} may not be listened on: set ${portName} to one above 1023, or give the process the right to it`
  const host = address ?? hostname
  if (!NO_ADDRESS.has(code) || host === undefined) return undefined
  return `${hostName}="${host}" is no address of this machine: 0.0.0.0 listens on all of them (${code})`
}
