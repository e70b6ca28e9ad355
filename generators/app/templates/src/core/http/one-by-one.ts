import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** More requests than any client sends ahead of their answers. */
const MAX_PIPELINED = 20

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

/**
 * Handles the requests of a connection one after the other: the next begins when the answer before it has been taken.
 * So no connection has more than one answer waiting, and it has it no longer than `withinMs`: after that, as after too
 * many requests, it is closed. Node alone would begin all requests that come in one packet, a thousand of them.
 */
export function oneByOne(handler: RequestListener, withinMs: number): RequestListener {
  const lines = new WeakMap<Socket, Exchange[]>()

  const begin = (line: Exchange[]) => {
    const [first] = line
    if (!first) return
    const { request, response } = first
    const { socket } = request
    // it was closed before, or has had the answer that it was told is the last
    if (!socket.writable) return
    let timer: NodeJS.Timeout
    response.once('prefinish', () => (timer = setTimeout(() => socket.destroy(), withinMs)))
    response.once('close', () => {
      clearTimeout(timer)
      line.shift()
      begin(line)
    })
    handler(request, response)
  }

  return (request, response) => {
    const { socket } = request
    const line = lines.get(socket) ?? []
    lines.set(socket, line)
    line.push({ request, response })
    if (line.length > MAX_PIPELINED) socket.destroy()
    else if (line.length === 1) begin(line)
  }
}
