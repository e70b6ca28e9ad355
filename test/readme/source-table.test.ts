import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { it } from 'node:test'
import { withSourceTable } from './source-table.ts'

it('docs/sources.md has the sources as their files say; npm run readme renders them', async () => {
  const page = await readFile(new URL('../../docs/sources.md', import.meta.url), 'utf8')
  assert.equal(withSourceTable(page), page)
})
