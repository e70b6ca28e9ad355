import type { Lists } from '../../src/core/lists/lists.ts'
import { createLog } from '../../src/core/ops/log.ts'
import { openConfiguredLists } from '../../src/core/open-lists.ts'
import type { Config } from '../../src/core/settings/config.ts'

/**
 * Opens the local lists as the service does, does something with them, and closes them.
 * @throws {ListsError} when they cannot be used.
 */
export async function withOpenLists<T>(config: Config, work: (lists: Lists | undefined) => Promise<T>): Promise<T> {
  const lists = await openConfiguredLists(config, createLog('silent'))
  try {
    return await work(lists)
  } finally {
    await lists?.close()
  }
}
