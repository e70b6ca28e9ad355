import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from './temporary-folder.ts'

const repository = fileURLToPath(new URL('../', import.meta.url))

/** Whether the linter of a service takes a source of this code. */
async function isTaken(code: string): Promise<boolean> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'src/sources'), { recursive: true })
  await copyFile(join(repository, 'generators/app/templates/.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  await writeFile(join(folder, 'src/sources/moon.ts'), `${code}\n`)
  const lint = promisify(execFile)(join(repository, 'node_modules/.bin/oxlint'), ['--deny-warnings'], { cwd: folder })
  return lint.then(
    () => true,
    () => false,
  )
}

describe('a source', () => {
  for (const code of [
    "export const moon = await fetch('https://moon.example')",
    "export { request } from 'node:https'",
    "export { connect } from 'node:net'",
    "export { connect } from 'node:tls'",
    "export { lookup } from 'node:dns/promises'",
    "export { request } from 'http'",
    "export { execFile } from 'node:child_process'",
  ]) {
    it(`may not go around the gate: ${code}`, async () => assert.equal(await isTaken(code), false))
  }

  for (const code of [
    "export { isIPv6 } from 'node:net'",
    "import type { Socket } from 'node:net'\nexport type Moon = Socket",
  ]) {
    it(`may look at an address: ${code.split('\n')[0]}`, async () => assert.equal(await isTaken(code), true))
  }
})
