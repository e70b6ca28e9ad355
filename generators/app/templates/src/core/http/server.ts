import type { RequestListener, Server } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import { serve, type H3 } from 'h3'
import { readCertificate, type Certificate, type TlsFiles } from './certificate.ts'
import { Answer, handleRequests } from './connections.ts'

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

/** The limits of a service that runs. */
export const TIME_LIMITS: TimeLimits = {
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
    node: {
      ...limits,
      ServerResponse: Answer,
      handshakeTimeout: limits.headersTimeout,
      maxHeaderSize: MAX_HEADER_BYTES,
      // the app refuses it with an answer of its own
      requireHostHeader: false,
      http2: false,
    },
  })
  const node = server.node!.server as Server | HttpsServer
  handleRequests(node, server.node!.handler as RequestListener, answerTimeout)
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
