import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { RpcError, type Issue, type RpcCode } from '../rpc/error.ts'
import { StoreFullError } from '../store/bounded-files.ts'
import { StoreUnavailableError } from '../store/store.ts'

/** When a client is to try again while the store is away: in seconds. */
const RETRY_AFTER_SECS = 5

/** The body of an error at SOAR's endpoints. */
export interface ErrorBody {
  error: string
  code: RpcCode
  issues?: Issue[]
}

/** An error as SOAR's endpoints answer it. */
export function toErrorBody({ message, code, issues }: RpcError): ErrorBody {
  return { error: message, code, ...(issues && { issues }) }
}

/** Turns whatever was thrown into an error that may be shown. An unforeseen one goes into the log, under an id. */
export function toRpcError(error: unknown, log: Logger): RpcError {
  if (error instanceof RpcError) return error
  if (error instanceof StoreUnavailableError) {
    log.debug({ err: error }, 'the store does not answer')
    return new RpcError('SERVICE_UNAVAILABLE', 'The database does not answer: try again later')
  }
  if (error instanceof StoreFullError) return new RpcError('SERVICE_UNAVAILABLE', error.message)
  const incident = randomUUID()
  log.error({ err: error, incident }, 'a request ended in an error that was not foreseen')
  return new RpcError(
    'INTERNAL_SERVER_ERROR',
    `Something went wrong that was not foreseen: incident ${incident} in the log`,
  )
}

/** The headers that an error has beside its status. */
export function errorHeaders(code: RpcCode): Record<string, string> {
  if (code === 'UNAUTHORIZED') return { 'www-authenticate': 'Basic realm="custom threat service", charset="UTF-8"' }
  if (code === 'SERVICE_UNAVAILABLE') return { 'retry-after': String(RETRY_AFTER_SECS) }
  return {}
}
