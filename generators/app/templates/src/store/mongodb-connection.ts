import {
  MongoClient,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  type Abortable,
  type CommandOperationOptions,
  type Db,
  type MongoClientOptions,
} from 'mongodb'
import { unavailable } from './mongodb-availability.ts'

/** Runs an operation with a signal that ends it in time, also when the server is frozen or cut off. */
export type InTime = <T>(operation: (options: CommandOperationOptions & Abortable) => Promise<T>) => Promise<T>

/** The way to a database. */
export interface Connection {
  /** The database, by way of the client that is in use now: to be asked for anew with each operation. */
  db(): Db
  /** Where it is looked for, without user and password. */
  hosts: string
  /** Throws a `StoreUnavailableError` when the operation does not end in time. */
  inTime: InTime
  close(): Promise<void>
}

/**
 * Makes a way to a database; the first operation connects.
 *
 * A client that finds no server is replaced. The driver (7.9) can wait for ever for the heartbeat of a connection that
 * was closed under it, and then finds no server again that is long back.
 * @param timeoutMs how long each operation may take.
 */
export function createConnection(url: string, database: string, timeoutMs: number): Connection {
  const options: MongoClientOptions = {
    appName: database,
    ignoreUndefined: true,
    // shorter than an operation: it is to fail because no server is found, not because its time is up
    serverSelectionTimeoutMS: 0.75 * timeoutMs,
    connectTimeoutMS: timeoutMs,
    waitQueueTimeoutMS: timeoutMs,
  }
  let client = new MongoClient(url, options)
  const hosts = hostsOf(client)

  let closed = false

  const replace = (lost: MongoClient) => {
    if (closed || lost !== client) return
    client = new MongoClient(url, options)
    // nobody uses it any more: how its end goes is of no interest
    lost.close().catch(() => undefined)
  }

  return {
    db: () => client.db(database),
    hosts,

    async inTime(operation) {
      const used = client
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
        if (isLost(error)) replace(used)
        throw unavailable(error, hosts)
      } finally {
        clearTimeout(timer)
      }
    },

    close() {
      closed = true
      return client.close()
    },
  }
}

/** Whether a client has found no server, or has given up for good because it found none when it first connected. */
function isLost(error: unknown): boolean {
  return error instanceof MongoServerSelectionError || error instanceof MongoTopologyClosedError
}

function hostsOf(client: MongoClient): string {
  const { srvHost, hosts } = client.options
  return srvHost ?? hosts.map(String).join(',')
}
