import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { renderTranscripts } from './transcripts.ts'

const page = new URL('../../generators/app/templates/docs/protocol.md', import.meta.url)

describe('docs/protocol.md of a service', () => {
  it('shows what curl and tRPC’s client get from it (`npm run transcripts` brings it up to date)', async () => {
    const text = await readFile(page, 'utf8')
    assert.equal(await renderTranscripts(text), text)
  })
})
