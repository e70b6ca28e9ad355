import {
  Long,
  MongoClient,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  ReadConcern,
  type Collection,
  type DbOptions,
  type Document,
  type MongoClientOptions,
} from 'mongodb'
import { isWorthAnotherRead, unavailable } from './availability.ts'

/** The way to a database. */
export interface Connection {
  /** Gives a collection by way of the client that is in use now: the function is called anew with each operation. */
  collection<T extends Document>(name: string): () => Collection<T>
  /**
   * Finds documents by their ids in one call, each with its fields of a projection, or whole. By the driver's cursors a
   * request would take a tenth to a fifth more of the CPU.
   * @throws {StoreUnavailableError} when the database does not answer.
   */
  findByIds<T extends Document>(name: string, ids: readonly string[], projection?: Document): Promise<T[]>
  /** @throws {StoreUnavailableError} when the database does not answer. */
  ping(): Promise<void>
  /** The database's time: for a filter, which cannot take it from the database itself and be found by an index. */
  now(): Promise<Date>
  /** The same from the last heartbeat, some seconds ago, without a call: for what lasts minutes. */
  nowAbout(): Promise<Date>
  /** Where it is looked for, without user and password. */
  hosts: string
  /**
   * Runs an operation, and waits for it no longer than it may take, also when the server is frozen or cut off.
   * @throws {StoreUnavailableError} when it has not ended in time; nobody knows then what becomes of it.
   */
  inTime<T>(operation: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Makes a way to a database; the first operation connects.
 *
 * A client that finds no server is replaced. The driver (7.9) can wait for ever for the heartbeat of a connection that
 * was closed under it, and then finds no server again that is long back.
 * @param timeoutMs how long each operation may take.
 * @throws {Error} when the URL cannot be used.
 */
export function createConnection(url: string, database: string, timeoutMs: number): Connection {
  const options: MongoClientOptions = {
    appName: database,
    ignoreUndefined: true,
    // shorter than an operation, so that the error says that no server was found, not that time was up
    serverSelectionTimeoutMS: 0.75 * timeoutMs,
    connectTimeoutMS: timeoutMs,
    waitQueueTimeoutMS: timeoutMs,
    // an operation that nobody awaits any more must not hold its connection for ever
    socketTimeoutMS: timeoutMs,
  }
  // whatever the URL says: what is read decides, and what is written must not be lost with a primary
  const durable: DbOptions = {
    readPreference: 'primary',
    readConcern: new ReadConcern('local'),
    writeConcern: { w: 'majority' },
  }
  let heartbeat: { time: number; heardAt: number } | undefined
  const open = () => {
    const opened = new MongoClient(url, options)
    opened.on('serverHeartbeatSucceeded', ({ reply }) => {
      const { localTime, isWritablePrimary, ismaster } = reply
      const isPrimary = isWritablePrimary ?? ismaster
      if (isPrimary && localTime) heartbeat = { time: localTime.getTime(), heardAt: performance.now() }
    })
    return opened
  }
  let client = open()
  // the driver finds that out when it connects, where nobody catches the error
  if (client.options.hosts.some(({ host }) => host === '')) throw new TypeError('one of its hosts is empty')
  let db = client.db(database, durable)
  let closed = false
  const hosts = hostsOf(client)

  const replace = (lost: MongoClient) => {
    if (closed || lost !== client) return
    client = open()
    db = client.db(database, durable)
    // nobody uses it any more: an error while closing does not matter
    lost.close().catch(() => undefined)
  }

  const connection: Connection = {
    hosts,

    collection<T extends Document>(name: string) {
      let from = db
      let collection = from.collection<T>(name)
      return () => {
        if (from !== db) collection = db.collection<T>(name)
        from = db
        return collection
      }
    },

    async findByIds<T extends Document>(name: string, ids: readonly string[], projection?: Document) {
      // one alone by equality, for which MongoDB needs no plan
      const filter = { _id: ids.length === 1 ? ids[0] : { $in: ids } }
      const command = { find: name, filter, ...(projection && { projection }), readConcern: { level: 'local' } }
      const read = async (): Promise<T[]> => {
        const { cursor } = await db.command(command)
        if (cursor.id === 0) return cursor.firstBatch
        // more than one reply may hold, which is 16 MB
        await db.command({ killCursors: name, cursors: [Long.fromValue(cursor.id)] })
        return db
          .collection(name)
          .find<T>(filter as Document, { projection })
          .toArray()
      }
      return connection.inTime(() =>
        read().catch((error: unknown) => {
          if (isWorthAnotherRead(error)) return read()
          throw error
        }),
      )
    },

    async ping() {
      await connection.inTime(() => db.command({ ping: 1 }))
    },

    async now() {
      const { localTime } = await connection.inTime(() => db.command({ hello: 1 }))
      return localTime as Date
    },

    async nowAbout() {
      // behind a load balancer there are none
      if (!heartbeat) return connection.now()
      return new Date(heartbeat.time + performance.now() - heartbeat.heardAt)
    },

    async inTime(operation) {
      const used = client
      let timer: NodeJS.Timeout | undefined
      // the driver's own signals and time limits cost more than the rest of a call
      const timeUp = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new DOMException('no answer in time', 'TimeoutError')), timeoutMs)
      })
      const done = operation().catch((error: unknown) => {
        // nothing has been sent: the server had closed the connection while it was idle
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') return operation()
        throw error
      })
      try {
        return await Promise.race([done, timeUp])
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
  return connection
}

/** Whether a client has found no server, or has given up for good because it found none when it first connected. */
function isLost(error: unknown): boolean {
  return error instanceof MongoServerSelectionError || error instanceof MongoTopologyClosedError
}

function hostsOf(client: MongoClient): string {
  const { srvHost, hosts } = client.options
  return srvHost ?? hosts.map(String).join(',')
}
