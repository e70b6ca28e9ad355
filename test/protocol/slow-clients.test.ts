import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assembleService, type AssembledService } from '../replicas/assemble.ts'
import { startReplica, type Replica } from '../replicas/replica.ts'
import { QUICK_SEARCHER } from './searchers.ts'

/** The service's limit for a request's headers, and what its watch may add: in milliseconds. */
const HEADERS_LIMIT_MS = 15_000
const WATCH_MS = 3000
const IDLE_CONNECTIONS = Number(process.env.CTS_TEST_CONNECTIONS ?? 1000)

describe('slow clients', () => {
  let service: AssembledService
  let replica: Replica
  before(async () => {
    service = await assembleService({ quick: QUICK_SEARCHER })
    replica = await startReplica(service.main, {})
  })
  after(async () => {
    replica.signal('SIGTERM')
    assert.equal(await replica.ended, 0)
    await service.remove()
  })

  const open = () =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect(Number(new URL(replica.url).port), '127.0.0.1', () => resolve(socket))
      socket.on('error', reject)
    })
  const scan = async (value: string) => {
    const body = JSON.stringify({ type: 'net.uri', value })
    const { status } = await fetch(replica.url, { method: 'POST', body, signal: AbortSignal.timeout(2000) })
    return status
  }

  it('are cut off at the limit, without a 408, while others are served', async () => {
    const socket = await open()
    const begun = performance.now()
    let received = ''
    let closed = false
    socket.on('data', (chunk) => (received += chunk))
    socket.on('close', () => (closed = true))
    socket.on('error', () => {})
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    for (let n = 0; !closed; n++) {
      socket.write('x')
      assert.equal(await scan(`http://${n}.example/`), 303)
      await sleep(1000)
      assert.ok(performance.now() - begun < HEADERS_LIMIT_MS + WATCH_MS, 'it is not cut off')
    }
    assert.equal(received, '')
  })

  it(`do not stop a scan with ${IDLE_CONNECTIONS} connections that are open and idle`, async () => {
    const sockets: Socket[] = []
    for (let n = 0; n < IDLE_CONNECTIONS; n++) sockets.push(await open())
    assert.equal(await scan('http://idle.example/'), 303)
    for (const socket of sockets) socket.destroy()
  })
})
