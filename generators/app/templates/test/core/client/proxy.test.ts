import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const askOnce = fileURLToPath(new URL('ask-once.ts', import.meta.url))
const portOf = (server: Server) => (server.address() as AddressInfo).port

// Node itself heeds HTTPS_PROXY, HTTP_PROXY and NO_PROXY once NODE_USE_ENV_PROXY is 1: from version 24 on
const skip =
  Number(process.versions.node.split('.')[0]) < 24 && 'Node 24 is the first that takes a proxy from its environment'

describe('a source behind a proxy', { skip }, () => {
  const source = createServer((_request, response) => response.end('{"phase":"full"}'))
  const asked: string[] = []
  const proxy = createServer((request, response) => {
    asked.push(request.url!)
    response.end('{"phase":"full"}')
  })
  proxy.on('connect', ({ url }, socket, head) => {
    asked.push(url!)
    const tunnel = connect(portOf(source), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      tunnel.write(head)
      tunnel.pipe(socket).pipe(tunnel)
    })
    tunnel.on('error', () => socket.destroy())
    socket.on('error', () => tunnel.destroy())
  })

  before(async () => {
    for (const server of [source, proxy]) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
  })
  after(() => {
    for (const server of [source, proxy]) {
      server.close()
      server.closeAllConnections()
    }
  })

  it('is asked by way of it, if its name cannot even be resolved here', async () => {
    const env = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}` }
    const { stdout } = await run(process.execPath, ['--import', 'tsx', askOnce, 'http://moon.example'], { env })
    assert.equal(stdout, '{"phase":"full"}\n')
    assert.equal(asked.length, 1)
    assert.match(asked[0]!, /^(http:\/\/moon\.example\/look|moon\.example:80)$/)
  })
})
