import type { Config } from '../../src/core/settings/config.ts'
import type { Store } from '../../src/core/store/store.ts'
import { SoarError } from './answer.ts'

/**
 * Opens the service's database, does something with it, and closes it.
 * @throws {SoarError} when the service has none.
 */
export async function withStore(
  { MONGODB_URL: url, MONGODB_DB: database }: Config,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  if (url === undefined) {
    throw new SoarError(
      'MONGODB_URL is not set: the ledger is in the memory of the service then, where no command can read it',
    )
  }
  const { createMongoStore } = await import('../../src/core/store/mongodb/store.ts')
  const store = await createMongoStore(url, database)
  try {
    await work(store)
  } finally {
    await store.close()
  }
}
