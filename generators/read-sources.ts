import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { moduleNames } from './app/templates/scripts/render-index.ts'
import { envLinesOf } from './app/templates/scripts/source-lines.ts'
import type { Source } from './app/templates/src/core/define.ts'
import { generatorFolder } from './package-root.ts'
import type { ReadyMadeSource } from './source-list.ts'

const folder = join(generatorFolder('app'), 'templates/src/sources')

/**
 * Makes the list of sources from their files among the templates.
 *
 * @throws Error naming a file that does not export its source under the name of the file
 */
export async function readSources(): Promise<ReadyMadeSource[]> {
  return Promise.all(moduleNames(readdirSync(folder)).map(readSource))
}

async function readSource(id: string): Promise<ReadyMadeSource> {
  const exported = (await import(pathToFileURL(join(folder, `${id}.ts`)).href)) as Record<string, Source | undefined>
  const source = exported[id]
  if (source?.id !== id) throw new Error(`src/sources/${id}.ts must export a source called "${id}", with that id.`)
  const { title, types, reach = 'query', key, asks = [] } = source
  return {
    id,
    title,
    types,
    reach,
    access: accessOf(source),
    ...(key?.freeQuota ? { freeQuota: key.freeQuota } : {}),
    asks: asks.map((asked) => asked.id),
    settings: envLinesOf(source),
  }
}

function accessOf({ reach, key }: Source): ReadyMadeSource['access'] {
  if (reach === 'local' || reach === 'own') return 'your own network'
  if (!key || key.optional) return 'free without a key'
  return key.freeQuota ? 'free with a key' : 'paid'
}
