import { readFile, writeFile } from 'node:fs/promises'
import { sourcesOf } from '../src/core/search/dispatch.ts'
import { missingFrom, withSettings } from './env-file.ts'
import { leftovers, modulesIn } from './leftovers.ts'
import { INDEX_HEADER, indexLines, renderIndex } from './render-index.ts'
import { envLinesOf, ownLines } from './source-lines.ts'

const service = new URL('../', import.meta.url)
const index = new URL('src/searchers/index.ts', service)

const names = await modulesIn(new URL('./', index))
const before = await readFile(index, 'utf8').catch(() => INDEX_HEADER)

if (before.startsWith(INDEX_HEADER)) {
  await writeFile(index, renderIndex(names))
  console.log(`src/searchers/index.ts lists ${names.length} searcher(s): ${names.join(', ') || 'none'}`)
} else {
  console.log('src/searchers/index.ts is kept by hand. Check that it has these lines:')
  for (const { importLine, entryLine } of names.map(indexLines)) console.log(`${importLine}\n${entryLine}`)
}

// only now, since it may have been rendered anew
const { searchers } = await import('../src/searchers/index.ts')
const asked = sourcesOf(searchers)

const ids = new Set(asked.map(({ id }) => id))
const unasked = (await modulesIn(new URL('src/sources/', service))).filter((id) => !ids.has(id))
if (unasked.length > 0) {
  const files = unasked.map((id) => `src/sources/${id}.ts`)
  console.log(`No searcher asks ${unasked.join(', ')}. Name them in one, or delete ${files.join(', ')}`)
}
const left = await leftovers(service)
if (left.length > 0) console.log(`Left of searchers and sources that are gone; delete these too: ${left.join(', ')}`)

const finished = asked.filter(({ unfinished }) => unfinished === undefined)
const paragraphs = [...finished.map(envLinesOf), ...searchers.map(({ settings = {} }) => ownLines(settings))]
const example = new URL('.env.example', service)
const text = await readFile(example, 'utf8').catch(() => '')
const missing = missingFrom(text, paragraphs.flat())
if (missing.length > 0) {
  await writeFile(example, paragraphs.reduce(withSettings, text))
  console.log(`.env.example now has ${missing.map(({ name }) => name).join(', ')} too`)
}
