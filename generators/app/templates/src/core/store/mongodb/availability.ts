import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoSystemError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
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

/**
 * The server's codes for "not now": those of the server discovery specification for a server that steps down, shuts
 * down, is not primary or is out of reach of its peers, of which the retryable reads and writes specifications have
 * more, and 50, its own time limit.
 */
const NOT_SERVING = new Set([
  6, 7, 50, 63, 64, 79, 89, 91, 133, 134, 189, 202, 234, 262, 317, 358, 9001, 10_058, 10_107, 11_600, 11_602, 13_388,
  13_435, 13_436,
])

/** Node's own errors of a connection, which the driver passes on as they are. */
const CONNECTION_ERRORS = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])

/** Whether to read again at once, as the driver does with its own cursors: the server was lost while it was asked. */
export function isWorthAnotherRead(error: unknown): boolean {
  return error instanceof MongoNetworkError || (error instanceof MongoServerError && isNotServing(error))
}

function isUnavailable(error: unknown): error is Error {
  // many writes at once fail with an error of their own, around that of the connection
  if (error instanceof MongoBulkWriteError && isUnavailable(error.errorResponse)) return true
  // a write concern that failed: the write may be there or not, which is what "nobody knows" means
  if (error instanceof MongoWriteConcernError) return true
  if (error instanceof MongoServerError) return isNotServing(error)
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

function isNotServing({ code }: MongoServerError): boolean {
  return NOT_SERVING.has(Number(code))
}

function reasonOf(error: Error): string {
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message
}
