import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Incoming, versionOf } from '../../generators/app/templates/test/mocks/clamav.ts'

/** A clamd that takes its time, and finds in each file its SHA-256. */
export interface SlowClamd {
  /** As `CLAMAV_API_URL` takes it. */
  url: string
  /** How many connections wait for a reply. */
  open: number
  /** The most that did at once. */
  mostOpen: number
  /** Waits until so many do. */
  waiting(count: number): Promise<void>
  /** Reads nothing of the files that come next, so that their connections fill up; or goes on. */
  readFiles(isRead: boolean): void
  close(): Promise<void>
}

/** @param made when its signatures were made. */
export async function startSlowClamd(made: Date): Promise<SlowClamd> {
  let reads = true
  const replyTo = async (bytes: Incoming) => {
    const command = (await bytes.until(0)).toString()
    server.emit('command')
    if (command !== 'zINSTREAM') return versionOf(made)
    while (!reads) await once(server, 'reads')
    return `stream: ${await hashOf(bytes)} FOUND`
  }
  const serve = async (socket: Socket) => {
    clamd.open += 1
    clamd.mostOpen = Math.max(clamd.mostOpen, clamd.open)
    const reply = await replyTo(new Incoming(socket)).finally(() => (clamd.open -= 1))
    socket.end(`${reply}\0`)
  }
  const server = createServer((socket) => {
    // a client that goes away is none of its business
    socket.on('error', () => {})
    serve(socket).catch(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const readFiles = (isRead: boolean) => {
    reads = isRead
    server.emit('reads')
  }
  const clamd: SlowClamd = {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: 0,
    mostOpen: 0,
    async waiting(count) {
      while (clamd.open < count) await once(server, 'command')
    },
    readFiles,
    async close() {
      readFiles(true)
      await once(server.close(), 'close')
    },
  }
  return clamd
}

async function hashOf(bytes: Incoming): Promise<string> {
  const hash = createHash('sha256')
  for (;;) {
    const length = (await bytes.take(4)).readUInt32BE()
    if (length === 0) return hash.digest('hex')
    hash.update(await bytes.take(length))
  }
}
