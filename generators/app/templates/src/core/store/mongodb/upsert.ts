import { MongoServerError } from 'mongodb'

const DUPLICATE_KEY = 11_000

/** Whether an upsert found a document of its id that its filter leaves alone. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY
}

/**
 * Runs an upsert. Of two of one id at once, both may try to insert: the one that loses is told so (by MongoDB as a
 * duplicate key, by servers compatible with it in other ways), and finds the other's document the second time.
 */
export async function upsert<T>(operation: () => Promise<T>): Promise<T> {
  return operation().catch((error: unknown) => {
    if (error instanceof MongoServerError) return operation()
    throw error
  })
}
