import { ServerResponse, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'

/** More requests than any client sends ahead of their answers. */
const MAX_PIPELINED = 20
/** How long a client may go on sending after its answer: in milliseconds. As nginx's `lingering_time`. */
const LINGER_MS = 30_000
/** How long it may pause then: in milliseconds. As nginx's `lingering_timeout`. */
const IDLE_MS = 5000
/** How many connections may be kept open for that at a time; further ones are closed at once. */
const MAX_LINGERING = 100
/** A body that is no longer is dropped, and its connection goes on: in bytes. */
const SHORT_BODY_BYTES = 65_536

/** What every answer says, on either port: nobody keeps it, and nobody takes it for another type than it has. */
const USUAL_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
/** The same as a list of names and values in turn. */
const USUAL_LIST = Object.entries(USUAL_HEADERS).flat()

/** An answer, with what every one says. */
export class Answer<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** How long its client may take to take it: in milliseconds. */
  withinMs: number | undefined
  #timer: NodeJS.Timeout | undefined

  /**
   * Writes status and headers, with which an answer begins; there is no event of that.
   * @param headers a list, as srvx gives it; Node itself gives none.
   */
  override writeHead(status: number, reason?: unknown, headers: unknown = []): this {
    if (!this.req.complete) dropRest(this.req, this)
    return super.writeHead(status, reason as string | undefined, [...USUAL_LIST, ...(headers as string[])])
  }

  override write(...input: unknown[]): boolean {
    const goesOn = super.write(...(input as [string]))
    if (!goesOn) this.#limit()
    return goesOn
  }

  override end(...input: unknown[]): this {
    super.end(...(input as [string]))
    if (this.writableLength > 0) this.#limit()
    return this
  }

  /** What the network does not take at once, the client is to take within the time, unless it is gone already. */
  #limit(): void {
    if (this.withinMs === undefined || this.#timer || this.destroyed) return
    const { socket } = this.req
    this.#timer = setTimeout(() => socket.destroy(), this.withinMs)
    this.once('close', () => clearTimeout(this.#timer))
  }
}

/**
 * Has every request handled, whatever it expects: whoever reads a body asks for it, nobody else does.
 *
 * The requests of a connection are handled one after the other: the next begins when the answer before it has been
 * taken. So no connection has more than one answer waiting, and it has it no longer than `withinMs`: after that, as
 * after too many requests, it is closed. Node alone would begin all requests that come in one packet, a thousand of them.
 * @param server one whose answers are of the class above.
 * @param withinMs how long a client may take to take an answer.
 */
export function handleRequests(server: Server, handler: RequestListener, withinMs: number): void {
  const waiting = new WeakMap<Socket, number>()

  const handle = (request: IncomingMessage, answer: Answer) => {
    answer.withinMs = withinMs
    // its connection was closed before, or has had the answer that it was told is the last
    if (request.socket.writable) handler(request, answer)
  }

  const inTurn = (request: IncomingMessage, answer: Answer) => {
    // Node gives an answer its socket when those before it have been taken
    if (answer.socket) return handle(request, answer)
    const { socket } = request
    const count = (waiting.get(socket) ?? 0) + 1
    waiting.set(socket, count)
    if (count === MAX_PIPELINED) socket.destroy()
    answer.once('socket', () => {
      waiting.set(socket, waiting.get(socket)! - 1)
      // not within: Node has still something to do with the answer
      process.nextTick(handle, request, answer)
    })
  }

  server.removeAllListeners('request')
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.on(event, inTurn)
  server.on('clientError', refuse)
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
  const headers = Object.entries({ ...USUAL_HEADERS, connection: 'close', 'content-length': '0' })
  socket.write(`HTTP/1.1 ${status}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  closeSlowly(socket)
}

const lingering = new Set<Socket>()

/**
 * Whether a request that is answered now is to be the last of its connection: much of its body is still to come, or
 * nobody knows how much.
 */
export function isCutShort({ complete, headers }: Pick<IncomingMessage, 'complete' | 'headers'>): boolean {
  if (complete) return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SHORT_BODY_BYTES
}

/** Sees to a client that is answered before it has sent everything: what it still sends is dropped. */
function dropRest(request: IncomingMessage, answer: Answer): void {
  answer.once('prefinish', () => {
    if (request.complete) return
    request.resume()
    // node calls this when the last answer of a connection is written
    request.socket.destroySoon = () => closeSlowly(request.socket)
  })
}

/**
 * Ends a connection from this side, and drops what still comes from the other for a while. Were it closed at once, its
 * client would be told so in the middle of sending, before it has read the answer, and would send it all again.
 */
function closeSlowly(socket: Socket): void {
  socket.end()
  if (lingering.size >= MAX_LINGERING) {
    socket.once('finish', () => socket.destroy())
    return
  }
  lingering.add(socket)
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  // the server closes what is silent for so long
  socket.setTimeout(IDLE_MS)
  socket.once('close', () => {
    clearTimeout(timer)
    lingering.delete(socket)
  })
}

/** Whether a connection is open for nothing else. */
function isLingering(socket: Socket): boolean {
  return lingering.has(socket)
}
