import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { canonical } from '../../generators/app/templates/src/core/define.ts'
import { packageRoot } from '../../generators/package-root.ts'
import { planSearcher } from '../../generators/searcher/plan.ts'
import { runCommand } from '../run-command.ts'
import { writeService } from '../write-service.ts'

const bin = (name: string) => join(packageRoot, 'node_modules/.bin', name)
const FILES = ['src/sources/gsb.ts', 'test/mocks/gsb.ts', 'test/sources/gsb.test.ts']

describe('the searcher that docs/move-from-python.md moves, to the letter,', () => {
  let folder: string

  before(async () => {
    folder = await writeService([planSearcher({ name: 'gsb', types: 'net.uri', sources: 'blank' })])
    const page = await readFile(join(packageRoot, 'docs/move-from-python.md'), 'utf8')
    const blocks = Array.from(page.matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code!)
    assert.equal(blocks.length, FILES.length)
    for (const [index, path] of FILES.entries()) await writeFile(join(folder, path), blocks[index]!)
  })

  const passes = async (name: string, ...options: string[]) => void (await runCommand(folder, bin(name), ...options))

  it('type-checks', () => passes('tsc'))
  it('lints', () => passes('oxlint', '--deny-warnings', ...FILES))
  it('is formatted', () => passes('prettier', '--check', ...FILES))
  it('passes its tests', () => passes('tsx', 'test/run.ts', 'gsb'))
})

describe('what docs/move-from-python.md says of spellings', () => {
  it('is so', () => {
    assert.deepEqual(canonical('net.uri', 'HTTP://Evil.example'), canonical('net.uri', 'http://evil.example/'))
  })
})
