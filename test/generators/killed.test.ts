import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { folderContent } from '../folder-content.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { callCli, killedAt, runCli } from './cli.ts'

const git = async (cwd: string, ...args: string[]) => (await promisify(execFile)('git', args, { cwd })).stdout.trim()

describe('the bin that is killed', () => {
  const whole = ['--searchers', 'url,email', '--description', 'Looks up', '--skip-install']
  let cwd: string
  let expected: Record<string, string>

  before(async () => {
    cwd = await temporaryFolder()
    await writeFile(join(cwd, '.gitconfig'), '[user]\nname = Owner\nemail = owner@example.com\n')
    await callCli(cwd, ['whole', '--name', 'killed', ...whole])
    expected = await folderContent(join(cwd, 'whole'))
    await rm(join(cwd, 'whole'), { recursive: true })
  })

  for (const file of [
    'unfinished.json.gz',
    'README.md',
    'src/sources/email.ts',
    'searchers/url.json.gz',
    '.yo-rc.json',
    'app.json.gz',
  ]) {
    it(`while it writes ${file}, completes the service when it is called again`, async () => {
      const killer = join(cwd, 'killer.mjs')
      await writeFile(killer, killedAt(file))
      assert.equal((await runCli(cwd, ['killed', ...whole], { NODE_OPTIONS: `--import=${killer}` })).status, null)
      // what it was told is known, unless nothing was written at all
      const again = file === 'unfinished.json.gz' ? whole : ['--skip-install']
      const { status, stderr } = await callCli(cwd, ['killed', ...again])
      assert.equal(status, 0, stderr)
      assert.match(stderr, /^ {2}cd killed && npm install && npm run demo /m)
      assert.deepEqual(await folderContent(join(cwd, 'killed')), expected)
      assert.equal(await git(join(cwd, 'killed'), 'log', '--format=%s'), 'Add killed, made by generator-resilient-cts')
      assert.equal(await git(join(cwd, 'killed'), 'status', '--porcelain'), '')
      assert.equal(existsSync(join(cwd, 'killed/node_modules')), false)
      for (const one of ['killer.mjs', 'killed']) await rm(join(cwd, one), { recursive: true })
    })
  }

  it('while it commits, commits when it is called again', async () => {
    const found = (await promisify(execFile)('which', ['git'])).stdout.trim()
    await mkdir(join(cwd, 'bin'))
    await writeFile(
      join(cwd, 'bin/git'),
      `#!/bin/sh\nif [ "$1" = add ]; then kill -9 $PPID; exit 1; fi\nexec ${found} "$@"\n`,
      {
        mode: 0o755,
      },
    )
    const env = { PATH: `${join(cwd, 'bin')}${delimiter}${process.env['PATH']}` }
    assert.equal((await runCli(cwd, ['killed', ...whole], env)).status, null)
    await callCli(cwd, ['killed', '--skip-install'])
    assert.equal(await git(join(cwd, 'killed'), 'log', '--format=%s'), 'Add killed, made by generator-resilient-cts')
    for (const one of ['bin', 'killed']) await rm(join(cwd, one), { recursive: true })
  })

  /** A service, and what each searcher makes of it undisturbed. */
  const made = new Map<string, string>()
  const madeBy = async (...args: string[]): Promise<string> => {
    const name = ['made', ...args].join('-')
    if (made.has(name)) return made.get(name)!
    const folder = join(cwd, name, 'killed')
    if (args.length === 0) await callCli(cwd, [`${name}/killed`, '--skip-install', '--skip-git'])
    else await cp(await madeBy(), folder, { recursive: true })
    if (args.length > 0) await callCli(folder, args)
    made.set(name, folder)
    return folder
  }

  for (const file of [
    '.env',
    'test/mocks/email.ts',
    'test/sources/abuseipdb.test.ts',
    'sources/abuseipdb.json.gz',
    'searchers/ip.json.gz',
  ]) {
    it(`while it writes ${file} of a searcher, completes that, and is missed by other commands before`, async () => {
      const folder = join(cwd, 'killed')
      await cp(await madeBy(), folder, { recursive: true })
      const args = file.includes('email') ? ['searcher', 'email'] : ['searcher', 'ip']
      const killer = join(cwd, 'killer.mjs')
      await writeFile(killer, killedAt(file))
      assert.equal((await runCli(folder, args, { NODE_OPTIONS: `--import=${killer}` })).status, null)
      if (file !== '.env') {
        const { status, stderr } = await callCli(folder, [])
        assert.match(
          stderr,
          /^Adding the searcher "\w+" was interrupted\. Finish it first, with "resilient-cts searcher /,
        )
        assert.equal(status, 1)
      }
      assert.equal((await callCli(folder, args)).status, 0)
      assert.deepEqual(await folderContent(folder), await folderContent(await madeBy(...args)))
      for (const one of ['killer.mjs', 'killed']) await rm(join(cwd, one), { recursive: true })
    })
  }
})
