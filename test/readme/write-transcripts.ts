import { readFile, writeFile } from 'node:fs/promises'
import { renderTranscripts } from './transcripts.ts'

const readme = new URL('../../generators/app/templates/README.md', import.meta.url)

await writeFile(readme, await renderTranscripts(await readFile(readme, 'utf8')))
