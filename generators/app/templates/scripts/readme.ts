import './closed-output.ts'
import { readFile, writeFile } from 'node:fs/promises'
import { withSettingsTables } from './settings-table.ts'

const page = new URL('../docs/settings.md', import.meta.url)

await writeFile(page, withSettingsTables(await readFile(page, 'utf8')))
console.log('docs/settings.md has the settings of the service and of its sources')
