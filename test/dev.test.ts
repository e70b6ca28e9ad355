import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { childEnvironment } from './child-environment.ts'
import { writeService } from './write-service.ts'

describe('npm run dev', { timeout: 60_000 }, () => {
  let folder: string
  let url: URL
  let press: (signal: NodeJS.Signals) => void
  let next: (what: string) => Promise<Record<string, unknown>>
  const write = (path: string, text: string) => writeFile(join(folder, path), text)
  /** Where the service answers after its next start. */
  const nextUrl = async () => (url = new URL(String((await next('service started')).url)))
  const nextPath = async () => (await nextUrl()).pathname

  before(async () => {
    folder = await writeService([])
    const env = childEnvironment({ PORT: '0', OPS_PORT: '0' })
    // a group of its own, as a terminal gives it one
    const npm = spawn('npm', ['run', '--silent', 'dev'], { cwd: folder, env, detached: true, stdio: 'pipe' })
    const lines = createInterface({ input: npm.stdout })[Symbol.asyncIterator]()
    press = (signal) => process.kill(-npm.pid!, signal)
    next = async (what) => {
      for (;;) {
        const { value, done } = await lines.next()
        assert.ok(!done, `it has ended without "${what}"`)
        if (value.includes(`"msg":"${what}"`)) return JSON.parse(value) as Record<string, unknown>
      }
    }
    const { hostname, pathname } = await nextUrl()
    assert.deepEqual([hostname, pathname], ['127.0.0.1', '/'])
  })
  after(() => {
    try {
      press('SIGTERM')
    } catch {
      // it has ended
    }
  })

  it('starts the service again with each change of .env, however an editor writes it', async () => {
    await write('.env', 'CTS_BASE_PATH=/made\n')
    assert.equal(await nextPath(), '/made')
    await write('.env', 'CTS_BASE_PATH=/changed\n')
    assert.equal(await nextPath(), '/changed')
    for (const path of ['/replaced', '/replaced-again']) {
      await write('new', `CTS_BASE_PATH=${path}\n`)
      await rename(join(folder, 'new'), join(folder, '.env'))
      assert.equal(await nextPath(), path)
    }
  })

  it('is for this machine alone, unless .env says otherwise', async () => {
    await write('.env', 'HOST=0.0.0.0\n')
    assert.equal((await nextUrl()).hostname, '0.0.0.0')
    await write('.env', 'HOST=\n')
    assert.equal((await nextUrl()).hostname, '127.0.0.1')
  })

  it('starts the service again with each change of code', async () => {
    await write('src/searchers/index.ts', 'export const searchers = []\n')
    await nextPath()
  })

  it('stops it in good order, also when one Ctrl-C reaches it twice', async () => {
    const request = connect({ host: url.hostname, port: Number(url.port) })
    await once(request, 'connect')
    // what is under way is waited for
    request.write('POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
    await once(request, 'data')
    press('SIGINT')
    await next('stopping')
    // as from npm, which may be slow to pass it on
    press('SIGINT')
    request.end('{}')
    await next('stopped')
  })
})
