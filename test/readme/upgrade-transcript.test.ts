import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { withUpgradeTranscript } from './upgrade-transcript.ts'

const readme = new URL('../../README.md', import.meta.url)

describe('the README', () => {
  it('shows what an upgrade says (`npm run transcripts` brings it up to date)', async () => {
    const text = await readFile(readme, 'utf8')
    assert.equal(await withUpgradeTranscript(text), text)
  })
})
