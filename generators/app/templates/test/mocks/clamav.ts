import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** What clamd says of itself, with signatures of a day. */
export function versionOf(date: Date): string {
  // as ctime(3) writes it: `Tue Jan  6 09:12:34 2026`
  const [weekday = '', day = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ')
  return `ClamAV 1.4.1/27500/${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`
}

type Break = 'in the file' | 'before the reply'

/** How a clamd is to behave. */
export interface ClamdOptions {
  /** What it says of a file, as it is sent: with its NUL. Without it, that nothing was found. */
  reply?: string
  /** Whether it hangs up after that, as it does. */
  hangsUp?: boolean
  /** What it says of itself. Without it, that its signatures are of today. */
  version?: string
  /** Files over so many bytes it refuses as soon as they are, and hangs up (`StreamMaxLength`). */
  maxBytes?: number
  /** It reads no file before this. */
  readsAfter?: Promise<void>
  /** Where it breaks off the first files that it is sent, one after the other: as one that is started again. */
  breaks?: readonly Break[]
  /** Where it listens. Without it, at any port that is free. */
  port?: number
}

/** A running clamd. */
export interface Clamd {
  /** As `CLAMAV_API_URL` takes it. */
  url: string
  /** The commands that it got, one a connection. */
  commands: string[]
  /** The contents that it got whole. */
  contents: string[]
  stop(): Promise<void>
}

/** A clamd that speaks as much of its protocol as a look-up needs: `man clamd`, "COMMANDS". */
export async function startClamd(options: ClamdOptions = {}): Promise<Clamd> {
  const commands: string[] = []
  const contents: string[] = []
  const breaks = [...(options.breaks ?? [])]
  const server = createServer((socket) => {
    socket.on('error', () => {})
    serve(socket, options, { commands, contents, breaks }).catch(() => socket.destroy())
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    server.close()
    await once(server, 'close')
  }
  return { url: `tcp://127.0.0.1:${port}`, commands, contents, stop }
}

async function serve(
  socket: Socket,
  {
    reply = 'stream: OK\0',
    hangsUp = true,
    version = versionOf(new Date()),
    maxBytes = Infinity,
    readsAfter,
  }: ClamdOptions,
  { commands, contents, breaks }: Pick<Clamd, 'commands' | 'contents'> & { breaks: Break[] },
): Promise<void> {
  const bytes = new Incoming(socket)
  const command = (await bytes.until(0)).toString()
  commands.push(command)
  if (command !== 'zINSTREAM') return void socket.end(command === 'zVERSION' ? `${version}\0` : 'UNKNOWN COMMAND\0')
  await readsAfter
  const breakAt = breaks.shift()
  const pieces: Buffer[] = []
  let size = 0
  for (;;) {
    const length = (await bytes.take(4)).readUInt32BE()
    if (length === 0) break
    size += length
    if (size > maxBytes) {
      socket.write('INSTREAM size limit exceeded. ERROR\0')
      // one turn of the event loop later, as in a process of its own, so that its reply is there when a write fails
      await setImmediate()
      await setImmediate()
      return void socket.resetAndDestroy()
    }
    pieces.push(await bytes.take(length))
    if (breakAt === 'in the file') return void socket.resetAndDestroy()
  }
  contents.push(Buffer.concat(pieces).toString())
  if (breakAt) return void socket.destroy()
  socket.write(reply)
  if (hangsUp) socket.end()
}

/** The bytes that come over a connection, as many at a time as are asked for. */
export class Incoming {
  readonly #chunks: AsyncIterator<Buffer>
  #rest = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#chunks = socket.iterator({ destroyOnReturn: false })
  }

  async take(count: number): Promise<Buffer> {
    while (this.#rest.length < count) await this.#more()
    const taken = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(count)
    return taken
  }

  /** All before a byte, which is dropped. */
  async until(byte: number): Promise<Buffer> {
    while (!this.#rest.includes(byte)) await this.#more()
    const taken = await this.take(this.#rest.indexOf(byte))
    await this.take(1)
    return taken
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#chunks.next()
    if (done) throw new Error('the connection ended')
    this.#rest = Buffer.concat([this.#rest, value])
  }
}

/** A clamd that finds something in every file: what `npm run demo` has instead of HTTP handlers. */
export function play(): Promise<Clamd> {
  return startClamd({ reply: 'stream: Sample.Signature FOUND\0' })
}
