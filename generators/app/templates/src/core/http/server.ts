import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { serve, type H3 } from 'h3'

/** How long a client may take: in milliseconds. */
export interface TimeLimits {
  /** For a request's headers. */
  headersTimeout: number
  /** For a whole request. */
  requestTimeout: number
  /** Between two requests; longer than a proxy's own (60 s, mostly), so that it is never cut off in between. */
  keepAliveTimeout: number
  /** How often the limits are looked after. */
  connectionsCheckingInterval: number
}

const TIME_LIMITS: TimeLimits = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1000,
}
const MAX_HEADER_BYTES = 16_384
/** How long a client that is answered before it has sent everything may go on, to see the answer: in milliseconds. */
const LINGER_MS = 1000

/** Where a server listens, and with which certificate. */
export interface ListenOptions {
  port: number
  host: string
  /** Paths of PEM files: HTTPS with them. */
  tls?: { cert: string; key: string }
  timeLimits?: TimeLimits
}

/** A server that listens. */
export interface RunningServer {
  url: string
  /**
   * Reads certificate and key anew; connections that are open keep the old ones.
   * @returns false when there are none.
   * @throws when they cannot be read or do not belong together; the old ones stay.
   */
  reloadTls(): boolean
  /** Takes no more requests and lets those that are under way end, but no longer than this. */
  close(withinMs: number): Promise<void>
}

/**
 * Starts a server for an app.
 * @throws {Error} when the address cannot be listened on, or a certificate cannot be read.
 */
export async function startServer(
  app: H3,
  { port, host, tls, timeLimits = TIME_LIMITS }: ListenOptions,
): Promise<RunningServer> {
  const server = serve(app, {
    port,
    hostname: host,
    tls: tls && readTls(tls),
    gracefulShutdown: false,
    silent: true,
    node: { ...timeLimits, maxHeaderSize: MAX_HEADER_BYTES, http2: false },
  })
  const node = server.node!.server as Server | HttpsServer
  node.on('clientError', refuse)
  node.on('request', (request, response) => response.once('finish', () => linger(request)))
  await server.ready()

  return {
    url: server.url!,
    reloadTls() {
      if (!tls || !(node instanceof HttpsServer)) return false
      node.setSecureContext(readTls(tls))
      return true
    },
    async close(withinMs) {
      const timer = setTimeout(() => node.closeAllConnections(), withinMs)
      await server.close()
      clearTimeout(timer)
    },
  }
}

function readTls({ cert, key }: NonNullable<ListenOptions['tls']>): { cert: string; key: string } {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
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

/** Ends a request that was answered before its body had come whole: the rest is dropped, and soon cut off. */
function linger(request: IncomingMessage): void {
  if (request.complete) return
  const timer = setTimeout(() => request.socket.destroy(), LINGER_MS)
  request.once('close', () => clearTimeout(timer))
  request.resume()
}
