import { readdir, readFile } from 'node:fs/promises'

/** What a module imports, by any kind of import. */
const SPECIFIER = /\b(?:from|import)\s*\(?\s*(['"])(?<path>\.[^'"]*)\1/g

/**
 * The ids of the sources that some file of `src` imports.
 * @param service its folder, with a slash at its end.
 */
export async function importedSources(service: URL): Promise<string[]> {
  const [src, sources] = [new URL('src/', service), new URL('src/sources/', service)]
  const files = (await readdir(src, { recursive: true })).filter((file) => file.endsWith('.ts'))
  const imported = await Promise.all(
    files.map(async (file) => {
      const from = new URL(file.replaceAll('\\', '/'), src)
      const code = await readFile(from, 'utf8')
      return Array.from(code.matchAll(SPECIFIER), ({ groups }) => new URL(groups!['path']!, from).href)
    }),
  )
  return imported
    .flat()
    .filter((href) => href.startsWith(sources.href))
    .map((href) => href.slice(sources.href.length).replace(/\.[jt]s$/, ''))
}
