import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { renderTranscripts } from './transcripts.ts'

const readme = new URL('../../generators/app/templates/README.md', import.meta.url)

describe('the README of a service', () => {
  it('shows what curl and tRPC’s client get from it (`npm run transcripts` brings it up to date)', async () => {
    const text = await readFile(readme, 'utf8')
    assert.equal(await renderTranscripts(text), text)
  })
})
