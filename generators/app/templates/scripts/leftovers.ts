import { readdir } from 'node:fs/promises'
import { moduleNames } from './render-index.ts'

/** What belongs to the searchers or sources of a folder: files of their names in other folders. */
const COMPANIONS = [
  { of: 'src/searchers/', folder: 'test/searchers/', ending: '.test.ts' },
  { of: 'src/sources/', folder: 'test/sources/', ending: '.test.ts' },
  { of: 'src/sources/', folder: 'test/mocks/', ending: '.ts' },
]

/**
 * The tests and mocks of searchers and sources that are gone.
 * @param service its folder, with a slash at its end.
 */
export async function leftovers(service: URL): Promise<string[]> {
  const found = await Promise.all(
    COMPANIONS.map(async ({ of, folder, ending }) => {
      const present = await modulesIn(new URL(of, service))
      const files = await filesIn(new URL(folder, service))
      const left = files.filter((file) => file.endsWith(ending) && !present.includes(file.slice(0, -ending.length)))
      return left.map((file) => `${folder}${file}`)
    }),
  )
  return found.flat()
}

/** The names of the searchers or sources in a folder. */
export async function modulesIn(folder: URL): Promise<string[]> {
  return moduleNames(await filesIn(folder))
}

/** The names of a folder's files, in order; none where there is no folder. */
async function filesIn(folder: URL): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).toSorted()
}
