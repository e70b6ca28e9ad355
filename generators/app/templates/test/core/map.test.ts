import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { before, describe, it } from 'node:test'

const core = new URL('../../src/core/', import.meta.url)

describe('the map, src/core/README.md,', () => {
  let names: string[]
  before(async () => {
    const map = await readFile(new URL('README.md', core), 'utf8')
    names = Array.from(map.matchAll(/`([\w./-]+(?:\.ts|\/))`/g), ([, name]) => name!)
  })

  it('names only files and folders that there are', () => {
    const below = names.map((name) => (/^(?:src|test)\//.test(name) ? `../../${name}` : name))
    assert.deepEqual(
      below.filter((name) => !isThere(name)),
      [],
    )
  })

  it('has a line for each room', async () => {
    const rooms = (await readdir(core, { withFileTypes: true }))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .filter((name) => /(?:\.ts|\/)$/.test(name))
    assert.deepEqual(
      rooms.filter((room) => !names.includes(room)),
      [],
    )
  })
})

/** `memory/` and `mongodb/` are named where the map speaks of `store/`. */
function isThere(name: string): boolean {
  return existsSync(new URL(name, core)) || existsSync(new URL(`store/${name}`, core))
}
