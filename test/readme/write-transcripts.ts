import { readFile, writeFile } from 'node:fs/promises'
import { renderTranscripts } from './transcripts.ts'
import { withUpgradeTranscript } from './upgrade-transcript.ts'

const ours = new URL('../../README.md', import.meta.url)
const theirs = new URL('../../generators/app/templates/docs/protocol.md', import.meta.url)

await writeFile(ours, await withUpgradeTranscript(await readFile(ours, 'utf8')))
await writeFile(theirs, await renderTranscripts(await readFile(theirs, 'utf8')))
