import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { HTTP_STATUS, RpcError, type Issue, type RpcCode } from '../rpc/error.ts'
import { StoreUnavailableError } from '../store/store.ts'

/** When a client is to come back to a service whose store is away: in seconds. */
const RETRY_AFTER_SECS = 5

/** The one form that every error has. */
export interface ErrorBody {
  error: string
  code: RpcCode
  issues?: Issue[]
}

/** An error as HTTP has it. */
export interface ErrorAnswer {
  status: number
  headers: Record<string, string>
  body: ErrorBody
}

/** Turns whatever was thrown into an answer; what nobody foresaw goes into the log under an id that the answer names. */
export function toErrorAnswer(error: unknown, log: Logger): ErrorAnswer {
  const { code, message, issues } = toRpcError(error, log)
  return {
    status: HTTP_STATUS[code],
    headers: headersOf(code),
    body: { error: message, code, ...(issues && { issues }) },
  }
}

/** Whatever was thrown as an error that can be shown. */
export function toRpcError(error: unknown, log: Logger): RpcError {
  if (error instanceof RpcError) return error
  if (error instanceof StoreUnavailableError) {
    log.debug({ err: error }, 'the store does not answer')
    return new RpcError('SERVICE_UNAVAILABLE', 'The database does not answer: try again later')
  }
  const incident = randomUUID()
  log.error({ err: error, incident }, 'a request ended in an error that was not foreseen')
  return new RpcError(
    'INTERNAL_SERVER_ERROR',
    `Something went wrong that was not foreseen: incident ${incident} in the log`,
  )
}

function headersOf(code: RpcCode): Record<string, string> {
  if (code === 'UNAUTHORIZED') return { 'www-authenticate': 'Basic realm="custom threat service", charset="UTF-8"' }
  if (code === 'SERVICE_UNAVAILABLE') return { 'retry-after': String(RETRY_AFTER_SECS) }
  return {}
}
