import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { withSettingsTable } from '../../../scripts/settings-table.ts'

describe('README.md', () => {
  it('lists the settings as src/core/settings/config.ts has them; if not, run "npm run readme"', async () => {
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
    assert.equal(readme, withSettingsTable(readme))
  })

  it('must have a place for the settings', () => {
    assert.throws(() => withSettingsTable('# A service\n'), /has no place for the settings/)
  })
})
