import { randomUUID } from 'node:crypto'
import { send, type ServerAnswer } from './client.ts'
import type { LoadRequest } from './driver/load.ts'
import type { LoadOfCase } from './loads.ts'
import type { Server } from './server.ts'

/** A server's answer to the first request of a load. */
export function firstAnswer({ url }: Server, { requests, headers }: LoadOfCase): Promise<ServerAnswer> {
  const body = JSON.stringify({ type: 'string', value: `new ${randomUUID()}` })
  const request: LoadRequest = requests[0] ?? { method: 'POST', path: '/', body }
  return send(url, request, headers)
}

/**
 * Sees that a bare server answers a case as the service does: the comparison says nothing otherwise.
 * @throws {Error} that shows both answers when they differ.
 */
export async function requireSameAnswer(bare: Server, wanted: ServerAnswer, load: LoadOfCase): Promise<void> {
  const given = await firstAnswer(bare, load)
  const plain = ({ status, type, body }: ServerAnswer) =>
    // each new artifact has an id of its own
    `${status} ${type} ${load.requests.length > 0 ? body : body.replace(/"id":"[\w-]{43}"/, '"id":"…"')}`
  if (plain(given) !== plain(wanted)) {
    throw new Error(`the bare server "${bare.name}" answers\n  ${plain(given)}\nand the service\n  ${plain(wanted)}`)
  }
}
