import { setImmediate } from 'node:timers/promises'

/** The most ids in one call: they share its time and its failure. */
const MOST_IDS = 32

/**
 * Gathers the ids that are asked for in one turn of the event loop, and finds what they stand for in one call, as a
 * DataLoader does, but keeps nothing: what is answered was always read after it was asked for. What comes when nobody
 * waits, as the last did that had its answer to itself, is asked for at once.
 * @param find finds what some ids stand for, of which no two are the same; when it fails, all who asked are told.
 * @returns finds what one id stands for; callers that ask for the same one at once share it.
 */
export function batched<Found>(
  find: (ids: string[]) => Promise<(readonly [id: string, found: Found])[]>,
): (id: string) => Promise<Found | undefined> {
  let open: { ids: Set<string>; found: Promise<Map<string, Found>> } | undefined
  let waiting = 0
  /** Whether the last that came when nobody waited has had its answer to itself. */
  let isQuiet = false

  const openBatch = () => {
    const ids = new Set<string>()
    const found = setImmediate().then(async () => {
      if (open === batch) open = undefined
      return new Map(await find([...ids]))
    })
    const batch = { ids, found }
    return batch
  }

  const gather = async (id: string) => {
    if (!open || open.ids.size === MOST_IDS) open = openBatch()
    open.ids.add(id)
    const found = await open.found
    return found.get(id)
  }

  const findAlone = async (id: string) => {
    const [entry] = await find([id])
    return entry?.[1]
  }

  return async (id) => {
    const isFirst = waiting === 0
    // where one comes after the other there is nothing to wait for: that turn is 3 % of a lone request
    const isAlone = isFirst && isQuiet
    isQuiet = isFirst
    waiting += 1
    try {
      return await (isAlone ? findAlone(id) : gather(id))
    } finally {
      waiting -= 1
    }
  }
}
