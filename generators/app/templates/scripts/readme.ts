import { readFile, writeFile } from 'node:fs/promises'
import { withSettingsTable } from './settings-table.ts'

const readme = new URL('../README.md', import.meta.url)

await writeFile(readme, withSettingsTable(await readFile(readme, 'utf8')))
console.log('README.md has the settings of src/core/settings/config.ts')
