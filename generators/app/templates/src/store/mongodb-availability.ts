import {
  MongoClient,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoSystemError,
  MongoTopologyClosedError,
  type Abortable,
  type CommandOperationOptions,
} from 'mongodb'
import { StoreUnavailableError } from './store.ts'

/** Where a client looks for MongoDB, without user and password. */
export function hostsOf(client: MongoClient): string {
  const { srvHost, hosts } = client.options
  return srvHost ?? hosts.map(String).join(',')
}

/** Runs an operation with a signal that ends it in time, also when the server is frozen or cut off. */
export type InTime = <T>(operation: (options: CommandOperationOptions & Abortable) => Promise<T>) => Promise<T>

/** @throws {StoreUnavailableError} from what it gives, when the operation does not end in time. */
export function withinTime(hosts: string, timeoutMs: number): InTime {
  return async (operation) => {
    // not AbortSignal.timeout(): that would keep all that hangs on it until the time is up, long after the answer
    const time = new AbortController()
    const timer = setTimeout(() => time.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs)
    try {
      return await operation({ signal: time.signal }).catch((error: unknown) => {
        // nothing has been sent: the connection had been closed from the other side while it was idle
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') return operation({ signal: time.signal })
        throw error
      })
    } catch (error) {
      throw unavailable(error, hosts)
    } finally {
      clearTimeout(timer)
    }
  }
}

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
