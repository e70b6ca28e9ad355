import { entriesOf } from './coverage.ts'
import { Folder } from './folder.ts'
import { statusOf, type List, type ListStatus } from './list.ts'
import { ListsError } from './errors.ts'
import { strayText, Teller } from './teller.ts'

/**
 * Reads the lists of a folder once, and says how each of them does: `npm run lists`. Nothing is fetched.
 * @param keptBadLines how many bad lines of a list are told with their text.
 */
export async function inspectLists(options: {
  folder: string
  maxEntries: number
  keptBadLines: number
  now: () => number
}): Promise<{ lists: ListStatus[]; problems: readonly string[] }> {
  const { folder: root, maxEntries, keptBadLines, now } = options
  const silent = { info() {}, warn() {}, error() {} }
  const roomFor = (list: List) => maxEntries - entriesOf([...folder.lists.values()].filter((one) => one !== list))
  const folder = new Folder({ root, roomFor, teller: new Teller(silent), now, keptBadLines })
  const problems = await folder.start().then(
    () => [],
    (error: unknown) => {
      if (error instanceof ListsError) return error.problems
      throw error
    },
  )
  return {
    lists: statusOf([...folder.lists.values()], now()),
    problems: [...problems, ...folder.strays.map(strayText)],
  }
}
