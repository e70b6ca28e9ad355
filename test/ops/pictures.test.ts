import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import {
  digestOf,
  lastingText,
  picturedPages,
  PICTURES,
  RECORD,
  STYLE_DIGEST,
  type PictureRecord,
} from './pictured-pages.ts'

const AGAIN = 'take the pictures again: npm run pictures'

describe('the pictures of the pages', async () => {
  const { style, pages } = JSON.parse(await readFile(RECORD, 'utf8')) as PictureRecord

  it('show the pages as they are now', async () => {
    const now = Object.entries(await picturedPages()).map(([name, page]) => [name, lastingText(page)])
    const taken = Object.entries(pages).map(([name, { text }]) => [name, text])
    assert.deepEqual(Object.fromEntries(taken), Object.fromEntries(now), AGAIN)
    assert.equal(style, STYLE_DIGEST, AGAIN)
  })

  it('are those that were taken of them, and small', async () => {
    const digests = await Promise.all(
      (await readdir(PICTURES)).map(async (file) => {
        const picture = await readFile(new URL(file, PICTURES))
        assert.ok(picture.length < 60_000, file)
        return [file, digestOf(picture)]
      }),
    )
    const taken = Object.entries(pages).map(([name, { picture }]) => [`${name}.png`, picture])
    assert.deepEqual(Object.fromEntries(digests), Object.fromEntries(taken), AGAIN)
  })
})
