import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { withSettingsTables } from '../../../scripts/settings-table.ts'

describe('docs/settings.md', () => {
  it('lists the settings as the code has them; if not, run "npm run readme"', async () => {
    const page = await readFile(new URL('../../../docs/settings.md', import.meta.url), 'utf8')
    assert.equal(page, withSettingsTables(page))
  })

  it('must have a place for each table', () => {
    assert.throws(
      () => withSettingsTables('# Settings\n'),
      /has no place for a table: "<!-- The settings of the service/,
    )
  })
})
