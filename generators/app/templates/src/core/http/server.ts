import type { RequestListener, Server } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { serve, type H3 } from 'h3'
import { readCertificate, type Certificate, type TlsFiles } from './certificate.ts'
import { closeSlowly, dropRest, isLingering } from './linger.ts'
import { oneByOne } from './one-by-one.ts'

/** How long a client may take: in milliseconds. */
export interface TimeLimits {
  /** For a request's headers, and for the handshake of TLS. */
  headersTimeout: number
  /** For a whole request. */
  requestTimeout: number
  /** Between two requests. Longer than a proxy's own (mostly 60 s), so that the proxy closes first. */
  keepAliveTimeout: number
  /** To take an answer. */
  answerTimeout: number
  /** How often Node checks these limits. */
  connectionsCheckingInterval: number
}

const TIME_LIMITS: TimeLimits = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 65_000,
  answerTimeout: 60_000,
  connectionsCheckingInterval: 1000,
}
const MAX_HEADER_BYTES = 16_384
/** Where a server listens, and with which certificate. */
export interface ListenOptions {
  port: number
  host: string
  /** HTTPS with them. */
  tls?: TlsFiles
  timeLimits?: TimeLimits
}

/** A server that listens. */
export interface RunningServer {
  url: string
  /** What it shows its clients now, if it speaks HTTPS. */
  readonly certificate: Certificate | undefined
  /**
   * Reads certificate and key anew; connections that are open keep the old ones.
   * @returns false when there are none.
   * @throws {ConfigError} when they cannot be read or do not belong together; the old ones stay.
   */
  reloadTls(): boolean
  /** Takes no more requests and lets those that are under way end, but no longer than this. */
  close(withinMs: number): Promise<void>
}

/**
 * Starts a server for an app.
 * @throws {ConfigError} when the certificate or its key cannot be used.
 * @throws {Error} when the address cannot be listened on.
 */
export async function startServer(
  app: H3,
  { port, host, tls, timeLimits = TIME_LIMITS }: ListenOptions,
): Promise<RunningServer> {
  const { answerTimeout, ...limits } = timeLimits
  let certificate = tls && readCertificate(tls)
  const server = serve(app, {
    port,
    hostname: host,
    tls: certificate && { cert: certificate.cert, key: certificate.key },
    gracefulShutdown: false,
    silent: true,
    manual: true,
    node: { ...limits, handshakeTimeout: limits.headersTimeout, maxHeaderSize: MAX_HEADER_BYTES, http2: false },
  })
  const node = server.node!.server as Server | HttpsServer
  handleRequests(node, oneByOne(server.node!.handler as RequestListener, answerTimeout))
  await server.serve()

  return {
    url: server.url!,
    get certificate() {
      return certificate
    },
    reloadTls() {
      if (!tls || !(node instanceof HttpsServer)) return false
      const renewed = readCertificate(tls)
      node.setSecureContext({ cert: renewed.cert, key: renewed.key })
      certificate = renewed
      return true
    },
    async close(withinMs) {
      const timer = setTimeout(() => node.closeAllConnections(), withinMs)
      await server.close()
      clearTimeout(timer)
    },
  }
}

/** Has every request handled, whatever it expects: whoever reads a body asks for it, nobody else does. */
function handleRequests(node: Server | HttpsServer, handler: RequestListener): void {
  node.removeAllListeners('request')
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    node.on(event, (request, response) => {
      dropRest(request, response)
      handler(request, response)
    })
  }
  node.on('clientError', refuse)
}

/**
 * What is not HTTP gets a bare answer and is cut off; whatever else goes wrong ends the connection, as a handshake of TLS
 * that does not come. Never a 408: SOAR would take any 4xx for "never ask again".
 */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (isLingering(socket)) return
  if (!socket.writable || !error.code?.startsWith('HPE_')) {
    socket.destroy()
    return
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
  socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  closeSlowly(socket)
}
