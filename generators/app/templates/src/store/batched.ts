import { setImmediate as turn } from 'node:timers/promises'

/** At most so many keys are looked up in one call: MongoDB answers with no more documents (101) at once. */
const MOST_KEYS = 100

/**
 * Gathers the keys that are asked for in one turn of the event loop, and looks them up in one call, as a DataLoader
 * does, but keeps nothing: what is answered was always read after it was asked for.
 * @param lookUp finds what there is of some keys, of which no two are the same; when it fails, all who asked are told.
 * @returns finds what there is of one key.
 */
export function batched<Key, Value>(
  lookUp: (keys: Key[]) => Promise<Map<Key, Value>>,
): (key: Key) => Promise<Value | undefined> {
  let open: { keys: Set<Key>; found: Promise<Map<Key, Value>> } | undefined

  const openBatch = () => {
    const keys = new Set<Key>()
    const found = turn().then(() => {
      if (open === batch) open = undefined
      return lookUp([...keys])
    })
    const batch = { keys, found }
    return batch
  }

  return async (key) => {
    if (!open || open.keys.size === MOST_KEYS) open = openBatch()
    open.keys.add(key)
    const found = await open.found
    return found.get(key)
  }
}
