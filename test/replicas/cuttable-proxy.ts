import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to the database that a test can close. */
export interface CuttableProxy {
  /** The database's URL by this way. */
  url: string
  /** Breaks every connection and takes no more: the database is gone. */
  cut(): Promise<void>
  /** Passes nothing on, and closes nothing: the database is frozen. */
  freeze(): void
  /** Everything is as it was. */
  restore(): Promise<void>
  close(): Promise<void>
}

/** Starts a way to the MongoDB server of a URL. */
export async function startProxy(mongoUrl: string): Promise<CuttableProxy> {
  const target = new URL(mongoUrl)
  const sockets = new Set<Socket>()
  let frozen = false
  const server = createServer((near) => {
    const far = connect(Number(target.port) || 27_017, target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      if (frozen) socket.pause()
      socket.on('data', (chunk) => other.write(chunk))
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      if (frozen) socket.pause()
    }
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo

  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    url: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    cut,
    freeze() {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    async restore() {
      frozen = false
      for (const socket of sockets) socket.resume()
      if (!server.listening) await listen(port)
    },
    close: () => (server.listening ? cut() : Promise.resolve()),
  }
}
