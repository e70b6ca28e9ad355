import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import { runNode } from '../generators/cli.ts'
import { writeService } from '../write-service.ts'

const tsx = join(import.meta.dirname, '../../node_modules/tsx/dist/cli.mjs')

it('npm run lists ends with 1 while the service does not read the folder, and says how it does', async () => {
  const folder = await writeService([])
  const lists = () => runNode(folder, [tsx, 'scripts/lists.ts'])
  await mkdir(join(folder, 'lists/own'))
  await writeFile(join(folder, 'lists/own/a.txt'), 'corp.example\n')
  const { status, stdout } = await lists()
  assert.match(
    stdout,
    /\n\nCTS_LISTS is not set, so the service does not read this folder: put CTS_LISTS=lists into \.env\n$/,
  )
  assert.equal(status, 1)
  await writeFile(join(folder, '.env'), 'CTS_LISTS=lists\n')
  assert.deepEqual({ ...(await lists()), stdout: '' }, { status: 0, stdout: '', stderr: '' })
})
