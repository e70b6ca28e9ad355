import { MongoServerSelectionError } from 'mongodb'
import { ConfigError } from '../../setting.ts'
import { StoreUnavailableError, type Store } from '../store.ts'
import { createMongoStore } from './store.ts'

/** The server's codes for a user or password that is wrong, and for a user that may not. */
const AUTHENTICATION_FAILED = 18
const UNAUTHORIZED = 13

/**
 * Opens the store as the service starts with it.
 * @throws {ConfigError} when a setting is wrong, by its name and without a password.
 * @throws {StoreUnavailableError} when MongoDB is out of reach.
 */
export async function openMongoStore(url: string, database: string): Promise<Store> {
  try {
    return await createMongoStore(url, database)
  } catch (error) {
    throw openFailure(error, url)
  }
}

/** Why MongoDB cannot be used, as the service says it when it starts. */
export function openFailure(error: unknown, url: string): Error {
  const { code, message } = error as Error & { code?: unknown }
  if (error instanceof StoreUnavailableError)
    return new StoreUnavailableError(`${message}${hintOf(error, url)}`, { cause: error })
  if (code === AUTHENTICATION_FAILED)
    return new ConfigError('MONGODB_URL has a user or a password that MongoDB refuses')
  if (code === UNAUTHORIZED)
    return new ConfigError('MONGODB_URL has a user that may not write: give it the role readWrite on MONGODB_DB')
  return new ConfigError(`MONGODB_URL cannot be used: ${withoutPassword(message, url)}`)
}

/** What the driver only says as "timed out". */
function hintOf({ cause }: StoreUnavailableError, url: string): string {
  const servers = cause instanceof MongoServerSelectionError ? cause.reason?.servers : undefined
  const replicaSet = /[?&]replicaSet=([^&]+)/.exec(url)?.[1]
  if (replicaSet && servers?.size === 0)
    return `; no server there belongs to the replica set "${replicaSet}", which MONGODB_URL asks for`
  if (/^mongodb\+srv:|[?&](tls|ssl)=true/.test(url)) return '; MONGODB_URL asks for TLS: does the server speak it?'
  return '; does MONGODB_URL name the right server, and does that want TLS (tls=true)?'
}

/** A part of the address may be taken for something else, and then be named. */
function withoutPassword(message: string, url: string): string {
  const password = /^[^/]*\/\/[^:@]*:([^@]*)@/.exec(url)?.[1]
  return password ? message.replaceAll(password, '…') : message
}
