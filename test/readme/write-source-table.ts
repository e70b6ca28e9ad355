import { readFile, writeFile } from 'node:fs/promises'
import { withSourceTable } from './source-table.ts'

const page = new URL('../../docs/sources.md', import.meta.url)

await writeFile(page, withSourceTable(await readFile(page, 'utf8')))
