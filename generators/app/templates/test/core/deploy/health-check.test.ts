import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { closedPort } from '../client/closed-port.ts'

const CLOSED = `http://127.0.0.1:${await closedPort()}`

describe('the health check of the image', () => {
  let status = 200
  const ops = createServer((_request, response) => response.writeHead(status).end())
  before(() => once(ops.listen(0, '127.0.0.1'), 'listening'))
  after(() => {
    ops.close()
    ops.closeAllConnections()
  })

  /** What the command of the Dockerfile ends with. */
  const check = async (env: Record<string, string>) => {
    const dockerfile = await readFile(new URL('../../../Dockerfile', import.meta.url), 'utf8')
    const [, , ...args] = JSON.parse(/^HEALTHCHECK .* CMD (.*)$/m.exec(dockerfile)![1]!) as string[]
    const { port } = ops.address() as AddressInfo
    const child = spawn(process.execPath, ['-e', ...args], { env: { OPS_PORT: String(port), ...env } })
    const [code] = (await once(child, 'close')) as [number]
    return code
  }

  it('tells whether the process is well', async () => {
    assert.equal(await check({}), 0)
    status = 503
    assert.equal(await check({}), 1)
    status = 200
  })

  it('asks no proxy', async () => {
    assert.equal(await check({ NODE_USE_ENV_PROXY: '1', HTTP_PROXY: CLOSED, http_proxy: CLOSED }), 0)
  })
})
