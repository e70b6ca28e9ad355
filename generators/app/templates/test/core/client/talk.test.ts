import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { SourceError } from '../../../src/core/client/source-error.ts'
import { defineSource } from '../../../src/core/client/source.ts'
import { createMoonClient } from './ask-moon.ts'
import { closedPort } from './closed-port.ts'

const echo = defineSource({ id: 'echo', title: 'Echo', lookUp: {} })

/** Sends a word and gives what comes back until the other side ends. */
const saying = (word: string) => ({
  async talk(socket: Socket): Promise<string> {
    socket.write(word)
    let heard = ''
    for await (const chunk of socket) heard += String(chunk)
    return heard
  },
})

describe('a source that does not speak HTTP', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  /** A client of a server on this machine that treats each connection so. */
  async function connectTo(serve: (socket: Socket) => void, settings: object = {}) {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      // a client that goes away at once is none of its business
      socket.on('error', () => {})
      serve(socket)
    })
    servers.push(server)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = createMoonClient({ source: echo, settings: { url, keys: [], ...settings } })
    const talk = (word: string, asker = {}) => client.lookUp([], (ask) => ask(saying(word)), asker)
    return { ...client, sockets, talk }
  }
  const echoing = (socket: Socket) => void socket.once('data', (word) => socket.end(`${word}!`))
  const closed = async ([socket]: Socket[]) => socket!.closed || once(socket!, 'close')

  it('is talked with over a connection of its own, which is closed afterwards', async () => {
    const { talk, sockets, calls } = await connectTo(echoing)
    assert.deepEqual([await talk('one'), await talk('two')], ['one!', 'two!'])
    assert.equal(sockets.length, 2)
    await closed(sockets)
    const call = { source: 'echo', status: 200, ms: 0 }
    assert.deepEqual(calls, [call, call])
  })

  it('is closed also by who does not wait for the end', async () => {
    const { lookUp, sockets } = await connectTo(echoing)
    await lookUp([], (ask) =>
      ask({
        async talk(socket) {
          socket.write('one')
          await once(socket, 'data')
        },
      }),
    )
    await closed(sockets)
  })

  it('is talked with again when the connection breaks', async () => {
    let connections = 0
    const { talk, clock } = await connectTo((socket) => {
      if (connections++ === 0) socket.once('data', () => socket.resetAndDestroy())
      else echoing(socket)
    })
    assert.equal(await talk('one'), 'one!')
    assert.deepEqual(clock.waits, [375])
  })

  it('is out of reach when nobody listens there', async () => {
    const client = createMoonClient({ source: echo, settings: { url: `tcp://127.0.0.1:${await closedPort()}` } })
    await assert.rejects(
      client.lookUp([], (ask) => ask(saying('one'))),
      {
        name: 'SourceError',
        kind: 'unavailable',
        message: 'Echo is out of reach (ECONNREFUSED): check the network, the proxy and ECHO_API_URL',
      },
    )
    assert.deepEqual(
      client.calls.map(({ status }) => status),
      ['unavailable', 'unavailable', 'unavailable'],
    )
  })

  it('says by itself what is wrong, and is not asked again then', async () => {
    const { lookUp, sockets } = await connectTo(echoing)
    const wrong = new SourceError('unexpected_answer', 'Echo gave an unexpected answer: it is another')
    await assert.rejects(
      lookUp([], (ask) => ask({ talk: () => Promise.reject(wrong) })),
      wrong,
    )
    await closed(sockets)
    assert.equal(sockets.length, 1)
  })

  it('is cut off when its time is up', async () => {
    const { clock, talk, sockets } = await connectTo(
      (socket) => void socket.once('data', () => clock.expireDeadlines()),
      { timeoutMs: 5000 },
    )
    await assert.rejects(talk('one'), { kind: 'timeout', message: 'Echo did not answer within 5 s' })
    await closed(sockets)
  })

  it('is cut off with the reason of the signal', async () => {
    const abort = new AbortController()
    const reason = new Error('the service stops')
    const { talk, sockets, calls } = await connectTo((socket) => void socket.once('data', () => abort.abort(reason)))
    await assert.rejects(talk('one', { signal: abort.signal }), reason)
    await closed(sockets)
    assert.deepEqual(calls, [])
  })

  it('is left alone after it has failed many times in a row', async () => {
    const client = createMoonClient({ source: echo, settings: { url: `tcp://127.0.0.1:${await closedPort()}` } })
    const talk = () => client.lookUp([], (ask) => ask(saying('one')))
    for (let n = 0; n < 5; n++) await assert.rejects(talk(), { message: /^Echo is out of reach/ })
    await assert.rejects(talk(), { kind: 'unavailable', message: /^Echo has failed 5 times in a row/ })
    assert.equal(client.calls.length, 15)
  })

  it('has limits like any other', async () => {
    const quotas = [{ name: 'echo', windows: [{ calls: 1, ms: 60_000 }] }]
    const { talk, sockets } = await connectTo(echoing, { quotas })
    assert.equal(await talk('one'), 'one!')
    await assert.rejects(talk('two'), { kind: 'rate_limited' })
    assert.equal(sockets.length, 1)
  })
})
