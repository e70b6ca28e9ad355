import { readFile, writeFile } from 'node:fs/promises'
import { withSourceTable } from './source-table.ts'

const readme = new URL('../../README.md', import.meta.url)

await writeFile(readme, withSourceTable(await readFile(readme, 'utf8')))
