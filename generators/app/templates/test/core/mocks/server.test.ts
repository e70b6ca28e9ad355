import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { http, HttpResponse } from 'msw'
import { server } from './server.ts'

describe('the server that plays APIs', () => {
  it('answers as the handlers of a test say, and as no other test does', async () => {
    const answer = (text: string) =>
      server.boundary(async () => {
        server.use(http.get('https://moon.example/', () => HttpResponse.text(text)))
        return (await fetch('https://moon.example/')).text()
      })()
    assert.deepEqual(await Promise.all([answer('one'), answer('two')]), ['one', 'two'])
  })

  it('lets no request out that nobody handles, and says so', async (t) => {
    const said = t.mock.method(console, 'error', () => {})
    await assert.rejects(fetch('https://moon.example/'), { name: 'TypeError' })
    assert.match(String(said.mock.calls[0]?.arguments[0]), /GET https:\/\/moon\.example\//)
  })

  it('lets requests to this machine through', async () => {
    const here = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1')
    await once(here, 'listening')
    const response = await fetch(`http://127.0.0.1:${(here.address() as AddressInfo).port}/`)
    assert.equal(await response.text(), 'here')
    here.close()
    here.closeAllConnections()
  })
})
