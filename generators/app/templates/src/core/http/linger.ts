import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a client may go on sending after its answer: in milliseconds. As nginx's `lingering_time`. */
const LINGER_MS = 30_000
/** How long it may pause then: in milliseconds. As nginx's `lingering_timeout`. */
const IDLE_MS = 5000
/** How many connections may be kept open for that at a time; further ones are closed at once. */
const MAX_LINGERING = 100
/** A body that is no longer is dropped, and its connection goes on: in bytes. */
const SHORT_BODY_BYTES = 65_536

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
export function dropRest(request: IncomingMessage, response: ServerResponse): void {
  response.once('prefinish', () => {
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
export function closeSlowly(socket: Socket): void {
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
export function isLingering(socket: Socket): boolean {
  return lingering.has(socket)
}
