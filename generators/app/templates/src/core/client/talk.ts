import { once } from 'node:events'
import { connect } from 'node:net'
import { withDeadline, type CallLimits } from './exchange.ts'
import type { TcpRequest } from './request.ts'
import type { Source } from './source.ts'

/**
 * Talks with a source that does not speak HTTP, over a connection of its own.
 * @throws {SourceError} as `exchange` does.
 */
export async function talk<T>(
  source: Source,
  { url }: { url?: string | undefined },
  request: TcpRequest<T>,
  limits: CallLimits,
): Promise<T> {
  const { hostname, port } = new URL(url ?? '')
  return withDeadline(source, limits, async (signal) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) })
    const cut = () => socket.destroy(signal.reason)
    signal.addEventListener('abort', cut)
    // whoever awaits something of the socket gets the error; without a listener it would end the process
    socket.on('error', () => {})
    try {
      await once(socket, 'connect', { signal })
      // there is no status here: 200 stands for "answered"
      return { status: 200, answer: await request.talk(socket) }
    } finally {
      signal.removeEventListener('abort', cut)
      socket.destroy()
    }
  })
}
