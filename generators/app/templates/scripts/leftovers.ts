import { readdir, readFile } from 'node:fs/promises'

const SEARCHER = /'\.\.\/\.\.\/src\/searchers\/(?!index\.ts)([\w-]+)\.ts'/g
const MOCK = /^test\/mocks\/([\w-]+\.ts)$/

/**
 * What is left of searchers that are gone: their tests, and mocked sources that no other file below `test/` imports.
 * @param service its folder, with a slash at its end.
 * @param names the searchers that are there.
 */
export async function leftovers(service: URL, names: readonly string[]): Promise<string[]> {
  const files = await readdir(new URL('test/', service), { recursive: true })
  const paths = files.filter((file) => file.endsWith('.ts')).map((file) => `test/${file.replaceAll('\\', '/')}`)
  const texts = new Map<string, string>()
  for (const path of paths.toSorted()) texts.set(path, await readFile(new URL(path, service), 'utf8'))

  const isOfOneGone = (text: string) => [...text.matchAll(SEARCHER)].some(([, name]) => !names.includes(name!))
  const tests = [...texts.keys()].filter((path) => isOfOneGone(texts.get(path)!))
  for (const path of tests) texts.delete(path)
  const others = [...texts.values()].join()
  const isUnused = (mock: string | undefined) => mock !== undefined && !others.includes(`mocks/${mock}'`)
  return [...tests, ...[...texts.keys()].filter((path) => isUnused(MOCK.exec(path)?.[1]))]
}
