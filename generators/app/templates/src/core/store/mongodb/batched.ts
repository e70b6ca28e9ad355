import { setImmediate } from 'node:timers/promises'

/** The most ids in one call: they share its time and its failure. */
const MOST_IDS = 32

/**
 * Gathers the ids that are asked for in one turn of the event loop, and finds their documents in one call, as a
 * DataLoader does, but keeps nothing: what is answered was always read after it was asked for.
 * @param find finds the documents of some ids, of which no two are the same; when it fails, all who asked are told.
 * @returns finds the document of one id; callers that ask for the same one at once share it.
 */
export function batched<Document extends { _id: string }>(
  find: (ids: string[]) => Promise<Document[]>,
): (id: string) => Promise<Document | undefined> {
  let open: { ids: Set<string>; found: Promise<Map<string, Document>> } | undefined

  const openBatch = () => {
    const ids = new Set<string>()
    const found = setImmediate().then(async () => {
      if (open === batch) open = undefined
      return byId(await find([...ids]))
    })
    const batch = { ids, found }
    return batch
  }

  return async (id) => {
    if (!open || open.ids.size === MOST_IDS) open = openBatch()
    open.ids.add(id)
    const found = await open.found
    return found.get(id)
  }
}

function byId<Document extends { _id: string }>(documents: Document[]): Map<string, Document> {
  return new Map(
    documents.map((document) => {
      const { _id } = document
      return [_id, document]
    }),
  )
}
