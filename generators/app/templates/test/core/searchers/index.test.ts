import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { INDEX_HEADER, renderIndex, moduleNames } from '../../../scripts/render-index.ts'
import { createDispatch } from '../../../src/core/search/dispatch.ts'
import { loadConfig } from '../../../src/core/settings/config.ts'
import { searchers } from '../../../src/searchers/index.ts'

const folder = new URL('../../../src/searchers/', import.meta.url)

describe('the searchers', () => {
  it('are listed in an index that is fresh: if not, run `npm run searchers`', async () => {
    const index = await readFile(new URL('index.ts', folder), 'utf8')
    if (index.startsWith(INDEX_HEADER)) assert.equal(index, renderIndex(moduleNames(await readdir(folder))))
  })

  it('are each named as their file is', async () => {
    assert.deepEqual(searchers.map(({ name }) => name).toSorted(), moduleNames(await readdir(folder)))
  })

  it('can be dispatched to', () => {
    const { lookUps } = createDispatch(searchers, { ...loadConfig({}, searchers), ttlSecs: undefined })
    assert.equal(lookUps.length > 0, searchers.length > 0)
  })
})
