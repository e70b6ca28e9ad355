import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { H3 } from 'h3'
import { inPieces } from '../../../src/core/http/large-answer.ts'
import { startServer, type RunningServer, type TimeLimits } from '../../../src/core/http/server.ts'
import { createServiceUnderTest, type ServiceUnderTest } from '../service-under-test.ts'
import { until } from '../until.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const LAST = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
/** Larger than what the system holds for a connection. */
const LARGE = 'x'.repeat(20_000_000)
const LIMITS: TimeLimits = {
  headersTimeout: 15_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 15_000,
  answerTimeout: 15_000,
  connectionsCheckingInterval: 50,
}

describe('a connection', () => {
  let server: RunningServer | undefined
  let service: ServiceUnderTest | undefined
  let sockets: Socket[] = []
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    sockets = []
    await server?.close(0)
    await service?.stop()
    service = undefined
  })

  const connect = () => {
    // which may go on sending when the other side has ended
    const socket = createConnection({
      host: '127.0.0.1',
      port: Number(new URL(server!.url).port),
      allowHalfOpen: true,
    })
    sockets.push(socket)
    return socket
  }
  /** Waits until the other side closes a connection, one way or the other. */
  const closed = (socket: Socket) => text(socket).catch(() => {})
  /** A server of large answers that counts its requests. */
  const startLarge = async (limits: Partial<TimeLimits> = {}) => {
    const counted = { requests: 0, closed: 0 }
    const app = new H3().get('/', ({ runtime }) => {
      counted.requests++
      // many requests may come over one connection
      runtime?.node?.req.socket.setMaxListeners(0).once('close', () => counted.closed++)
      return LARGE
    })
    server = await startServer(app, { port: 0, host: '127.0.0.1', timeLimits: { ...LIMITS, ...limits } })
    return counted
  }
  const startService = async () => {
    service = await createServiceUnderTest({ app: { maxBodyBytes: 1000 }, credentials: undefined })
    server = await startServer(service.app, { port: 0, host: '127.0.0.1', timeLimits: LIMITS })
  }

  it('has one answer under way at a time, however many requests it sends ahead, and all of them in the end', async () => {
    const counted = await startLarge()
    const socket = connect().pause()
    socket.write(GET.repeat(9) + LAST)
    await until(() => counted.requests === 1)
    await text(connect().end(LAST))
    assert.equal(counted.requests, 2)
    assert.equal((await text(socket)).split('HTTP/1.1 200').length - 1, 10)
  })

  it('is closed after more requests than any client sends ahead', async () => {
    const counted = await startLarge()
    const socket = connect()
    socket.write(GET.repeat(1000))
    await closed(socket)
    assert.equal(counted.requests, 1)
  })

  it('is closed when it does not take its answer in time', async () => {
    const counted = await startLarge({ answerTimeout: 50 })
    const socket = connect().pause()
    socket.write(GET)
    await until(() => counted.closed === 1)
    // no more comes than what the system had taken of the answer
    await closed(socket)
    assert.ok(socket.bytesRead < LARGE.length)
  })

  it('is closed when it does not take in time what is made as it is taken, and no more than that is made', async () => {
    let made = 0
    const hit = { toJSON: () => `${made++}`.padEnd(1_000_000) }
    const app = new H3().get('/', () => inPieces({ hits: Array.from({ length: 100 }, () => hit) }))
    server = await startServer(app, { port: 0, host: '127.0.0.1', timeLimits: { ...LIMITS, answerTimeout: 50 } })
    const socket = connect().pause()
    socket.write(GET)
    await once(socket, 'readable')
    await closed(socket)
    assert.ok(made < 100, `${made} of 100 were made`)
  })

  it('leaves nothing behind when it is gone before its answer', async () => {
    const states: string[] = []
    const app = new H3().get('/', async ({ runtime }) => {
      states.push('asked')
      await once(runtime!.node!.res!, 'close')
      states.push('answered')
      return LARGE
    })
    server = await startServer(app, { port: 0, host: '127.0.0.1', timeLimits: LIMITS })
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const socket = connect()
    socket.write(GET)
    await until(() => states.length === 1)
    socket.destroy()
    await until(() => states.length === 2)
    await setImmediate()
    assert.equal(timers(), before)
  })

  it('is told before it sends a body that this is too large', async () => {
    await startService()
    const socket = connect()
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n')
    const received = await text(socket)
    assert.match(received, /^HTTP\/1\.1 413 /)
    assert.match(received, /^connection: close\r$/im)
  })

  it('is asked for a body that it waits to send', async () => {
    await startService()
    const socket = connect()
    const body = '{"type":"net.name","value":"localhost"}'
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`)
    const [first] = (await once(socket, 'data')) as [Buffer]
    assert.equal(String(first), 'HTTP/1.1 100 Continue\r\n\r\n')
    socket.write(body + LAST)
    assert.match(await text(socket), /^HTTP\/1\.1 200 /)
  })

  it('may go on sending for a while after an early answer, which is its last', async () => {
    await startService()
    const socket = connect()
    let received = ''
    socket.on('data', (chunk) => (received += chunk))
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n')
    await once(socket, 'end')
    for (let n = 0; n < 100; n++) {
      if (!socket.write(Buffer.alloc(100_000))) await once(socket, 'drain')
    }
    assert.match(received, /^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is)
  })

  it('goes on after an early answer to a short body', async () => {
    await startService()
    const socket = connect()
    socket.write('PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n')
    const [first] = (await once(socket, 'data')) as [Buffer]
    assert.match(String(first), /^HTTP\/1\.1 405 /)
    socket.write(`abc${LAST}`)
    assert.match(await text(socket), /HTTP\/1\.1 405 /)
  })

  it('that sends nothing is closed', async () => {
    await startLarge({ headersTimeout: 50 })
    await closed(connect())
  })
})
