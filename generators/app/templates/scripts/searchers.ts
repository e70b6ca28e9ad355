import { readdir, readFile, writeFile } from 'node:fs/promises'
import type { Settings } from '../src/core/settings/setting.ts'
import { settingsOf } from '../src/core/client/source.ts'
import { missingFrom, withSettings } from './env-file.ts'
import { leftovers } from './leftovers.ts'
import { INDEX_HEADER, indexLines, renderIndex, searcherNames } from './render-index.ts'

const service = new URL('../', import.meta.url)
const folder = new URL('src/searchers/', service)
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

const left = await leftovers(service, names)
if (left.length > 0) console.log(`Left of searchers that are gone; delete these too: ${left.join(', ')}`)

// only now, since it may have been rendered anew
const { searchers } = await import('../src/searchers/index.ts')
const ofSources = searchers.flatMap(({ sources }) => sources ?? []).map(settingsOf)
const settings: Settings = Object.assign({}, ...ofSources, ...searchers.map((searcher) => searcher.settings))
const lines = Object.entries(settings).map(([name, { description, default: text }]) => ({
  name,
  comment: description,
  example: text,
  optional: true,
}))
const example = new URL('.env.example', service)
const text = await readFile(example, 'utf8').catch(() => '')
const missing = missingFrom(text, lines)
if (missing.length > 0) {
  await writeFile(example, withSettings(text, missing))
  console.log(`.env.example now has ${missing.map(({ name }) => name).join(', ')} too`)
}
