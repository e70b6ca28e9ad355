import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { serve, type H3 } from 'h3'

/** How long a client may take: in milliseconds. A proxy's own keep-alive (60 s, mostly) is shorter than ours. */
const TIME_LIMITS = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1000,
}
const MAX_HEADER_BYTES = 16_384

/** Where a server listens, and with which certificate. */
export interface ListenOptions {
  port: number
  host: string
  /** Paths of PEM files: HTTPS with them. */
  tls?: { cert: string; key: string }
}

/** A server that listens. */
export interface RunningServer {
  url: string
  /** Takes no more requests and lets those that are under way end, but no longer than this. */
  close(withinMs: number): Promise<void>
}

/**
 * Starts a server for an app.
 * @throws {Error} when the address cannot be listened on, or a certificate cannot be read.
 */
export async function startServer(app: H3, { port, host, tls }: ListenOptions): Promise<RunningServer> {
  const server = serve(app, {
    port,
    hostname: host,
    tls: tls && { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') },
    gracefulShutdown: false,
    silent: true,
    node: { ...TIME_LIMITS, maxHeaderSize: MAX_HEADER_BYTES, http2: false },
  })
  const node = server.node!.server as Server
  node.on('clientError', refuse)
  await server.ready()

  return {
    url: server.url!,
    async close(withinMs) {
      const timer = setTimeout(() => node.closeAllConnections(), withinMs)
      await server.close()
      clearTimeout(timer)
    },
  }
}

/** What is not HTTP gets a bare answer and is cut off. Never a 408: SOAR would take any 4xx for "never ask again". */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET' || error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    socket.destroy()
    return
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
