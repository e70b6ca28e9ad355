import {
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoSystemError,
  MongoTopologyClosedError,
} from 'mongodb'
import { StoreUnavailableError } from '../store.ts'

/**
 * Tells "MongoDB is away" from other failures: gives a `StoreUnavailableError` that names where it was looked for and
 * no password, or the error as it came.
 */
export function unavailable(error: unknown, hosts: string): unknown {
  return isUnavailable(error)
    ? new StoreUnavailableError(`MongoDB at ${hosts} does not answer: ${reasonOf(error)}`, { cause: error })
    : error
}

/** The server's codes for "stepping down, shutting down, not primary", from the server discovery specification. */
const NOT_SERVING = new Set([91, 189, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436])

/** Node's own errors of a connection, which the driver passes on as they are. */
const CONNECTION_ERRORS = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])

function isUnavailable(error: unknown): error is Error {
  if (error instanceof MongoServerError) return NOT_SERVING.has(Number(error.code))
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoSystemError ||
    error instanceof MongoNotConnectedError ||
    error instanceof MongoClientClosedError ||
    error instanceof MongoOperationTimeoutError ||
    error instanceof MongoTopologyClosedError ||
    (error instanceof Error &&
      (error.name === 'TimeoutError' ||
        error.name === 'MongoWaitQueueTimeoutError' ||
        CONNECTION_ERRORS.has(String((error as NodeJS.ErrnoException).code))))
  )
}

function reasonOf(error: Error): string {
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message
}
