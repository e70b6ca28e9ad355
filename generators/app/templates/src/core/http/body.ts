import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { H3Event } from 'h3'
import { RpcError } from '../rpc/error.ts'
import { tooLarge } from './json.ts'

/**
 * A request's body as a Node stream: its own on a server, the web one's in a test without a port. A client that waits
 * for a word before it sends the body gets it.
 * @throws {RpcError} `PAYLOAD_TOO_LARGE` or `UNSUPPORTED_MEDIA_TYPE` when its headers say already that it will not do.
 */
export function bodyOf({ req, runtime }: H3Event, maxBytes: number): Readable {
  if (Number(req.headers.get('content-length')) > maxBytes) throw tooLarge('body', maxBytes)
  const coding = codingOf(req.headers)
  if (coding) throw new RpcError('UNSUPPORTED_MEDIA_TYPE', `The body is compressed ("${coding}"): send it as it is`)
  if (/^100-continue$/i.test(req.headers.get('expect') ?? '')) runtime?.node?.res?.writeContinue()
  return runtime?.node?.req ?? Readable.fromWeb((req.body ?? new Blob([]).stream()) as ReadableStream)
}

/** What was done to the bytes on their way, but for cutting them into chunks. */
function codingOf(headers: Headers): string | undefined {
  const codings = [headers.get('content-encoding') ?? '', headers.get('transfer-encoding') ?? ''].join(',').split(',')
  return codings
    .map((coding) => coding.trim().toLowerCase())
    .find((coding) => !['', 'identity', 'chunked'].includes(coding))
}
