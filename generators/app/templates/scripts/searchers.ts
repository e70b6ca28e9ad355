import { readdir, readFile, writeFile } from 'node:fs/promises'
import { INDEX_HEADER, indexLines, renderIndex, searcherNames } from './render-index.ts'

const folder = new URL('../src/searchers/', import.meta.url)
const index = new URL('index.ts', folder)

const names = searcherNames(await readdir(folder))
const before = await readFile(index, 'utf8').catch(() => INDEX_HEADER)

if (before.startsWith(INDEX_HEADER)) {
  await writeFile(index, renderIndex(names))
  console.log(`src/searchers/index.ts lists ${names.length} searcher(s): ${names.join(', ') || 'none'}`)
} else {
  console.log('src/searchers/index.ts is kept by hand. Check that it has these lines:')
  for (const { importLine, entryLine } of names.map(indexLines)) console.log(`${importLine}\n${entryLine}`)
}
