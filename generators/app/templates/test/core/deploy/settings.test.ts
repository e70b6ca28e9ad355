import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { TIME_LIMITS } from '../../../src/core/http/server.ts'
import { settings } from '../../../src/core/settings/config.ts'

const FILES = [
  'README.md',
  'docs/settings.md',
  'docs/protocol.md',
  'docs/deployment.md',
  'docs/operation.md',
  '.env.example',
  'Dockerfile',
  'compose.yaml',
  'deploy/kubernetes/settings.env',
  'deploy/kubernetes/secret.env.example',
  'deploy/systemd/cts.service',
  '.github/workflows/ci.yml',
]
const SOAR_PORT = settings.PORT.default
const OPS_PORT = settings.OPS_PORT.default

/** Where a file says a port, and which one it is to be. */
const PORTS: [file: string, pattern: RegExp, port: string][] = [
  ['Dockerfile', /^EXPOSE (\d+) /gm, SOAR_PORT],
  ['Dockerfile', /^EXPOSE \d+ (\d+)$/gm, OPS_PORT],
  ['Dockerfile', /OPS_PORT \|\| (\d+)/g, OPS_PORT],
  ['compose.yaml', /^ +PORT: (\d+)$/gm, SOAR_PORT],
  ['compose.yaml', /^ +OPS_PORT: (\d+)$/gm, OPS_PORT],
  ['deploy/caddy/Caddyfile', /^\s*port (\d+)$/gm, SOAR_PORT],
  ['deploy/kubernetes/settings.env', /^PORT=(\d+)$/gm, SOAR_PORT],
  ['deploy/kubernetes/settings.env', /^OPS_PORT=(\d+)$/gm, OPS_PORT],
  ['deploy/kubernetes/deployment.yaml', /name: http\n +containerPort: (\d+)$/gm, SOAR_PORT],
  ['deploy/kubernetes/deployment.yaml', /name: ops\n +containerPort: (\d+)$/gm, OPS_PORT],
  ['deploy/kubernetes/service.yaml', /^ +port: (\d+)$/gm, SOAR_PORT],
  ['README.md', /127\.0\.0\.1:(8\d+)/g, SOAR_PORT],
  ['docs/protocol.md', /127\.0\.0\.1:(8\d+)/g, SOAR_PORT],
  ['docs/operation.md', /`:(\d+)\/(?:healthz|readyz)`/g, OPS_PORT],
]

describe('the ways to deploy', () => {
  for (const file of FILES) {
    it(`name in ${file} only settings that there are`, async () => {
      const names = (await read(file)).matchAll(/\b(?:CTS|OPS|MONGODB|LOG)_[A-Z_]+\b/g)
      const unknown = Array.from(names, ([name]) => name.replace(/_FILE$/, '')).filter((name) => !(name in settings))
      assert.deepEqual(unknown, [])
    })
  }

  for (const [file, pattern, port] of PORTS) {
    it(`use port ${port} in ${file}: ${pattern.source}`, async () => {
      const found = Array.from((await read(file)).matchAll(pattern), ([, digits]) => digits)
      assert.deepEqual([...new Set(found)], [port])
    })
  }

  it('have the proxy close an idle connection first', async () => {
    const [, secs] = /^\s*keepalive (\d+)s$/m.exec(await read('deploy/caddy/Caddyfile')) ?? []
    assert.ok(Number(secs) * 1000 < TIME_LIMITS.keepAliveTimeout, `after ${secs} s`)
    const says = [...(await read('docs/deployment.md')).matchAll(/the service closes it after (\d+)/g)]
    assert.deepEqual(
      says.map(([, after]) => Number(after) * 1000),
      [TIME_LIMITS.keepAliveTimeout],
    )
  })

  it('agree on whether files are uploaded', async () => {
    const files = ['.env.example', 'compose.yaml', 'deploy/kubernetes/settings.env']
    const values = await Promise.all(
      files.map(async (file) => /^ *CTS_UPLOAD_FILES[=:] *'?(.*?)'?$/m.exec(await read(file))?.[1]),
    )
    assert.equal(new Set(values).size, 1, values.join(', '))
    assert.ok(values[0])
  })
})

function read(file: string): Promise<string> {
  return readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')
}
