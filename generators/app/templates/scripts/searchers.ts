import './closed-output.ts'
import { readFile, writeFile } from 'node:fs/promises'
import { sourcesOf } from '../src/core/search/dispatch.ts'
import { missingFrom, withSettings } from './env-file.ts'
import { importedSources } from './imported-sources.ts'
import { leftovers, modulesIn } from './leftovers.ts'
import { INDEX_HEADER, indexLines, renderIndex } from './render-index.ts'
import { envLinesOf, ownLines } from './source-lines.ts'

const service = new URL('../', import.meta.url)
const index = new URL('src/searchers/index.ts', service)

const names = await modulesIn(new URL('./', index))
const before = await readFile(index, 'utf8').catch(() => INDEX_HEADER)

const isRendered = before.startsWith(INDEX_HEADER)
if (isRendered) {
  await writeFile(index, renderIndex(names))
  console.log(`src/searchers/index.ts lists ${names.length} searcher(s): ${names.join(', ') || 'none'}`)
}

// only now, since it may have been rendered anew
const { searchers } = await import('../src/searchers/index.ts')
const asked = sourcesOf(searchers)

if (!isRendered) {
  const listed = await Promise.all(names.map(isListed))
  const missing = names.filter((_, at) => !listed[at])
  if (missing.length === 0) console.log('src/searchers/index.ts is kept by hand, and lists every searcher')
  else console.log(`src/searchers/index.ts is kept by hand, and does not list ${missing.join(', ')}. These lines do:`)
  for (const { importLine, entryLine } of missing.map(indexLines)) console.log(`${importLine}\n${entryLine}`)
}

// a searcher that is not in the index may import some, too
const needed = new Set([...asked.map(({ id }) => id), ...(await importedSources(service))])
const unasked = (await modulesIn(new URL('src/sources/', service))).filter((id) => !needed.has(id))
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

/** Whether the index has the searcher of a file. One that cannot be loaded is in no index that can. */
async function isListed(name: string): Promise<boolean> {
  const { searcher } = await import(new URL(`./${name}.ts`, index).href).catch(() => ({}))
  return searchers.includes(searcher)
}
