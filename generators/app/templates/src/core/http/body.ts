import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { H3Event } from 'h3'
import { RpcError } from '../rpc/error.ts'

/** How deep objects and lists may be nested; no artifact comes near. */
const MAX_DEPTH = 64
/** More values than any artifact has. Ten megabytes can hold millions; to sort 100,000 keys takes half a second. */
const MAX_VALUES = 10_000

const [QUOTE, BACKSLASH, COMMA] = Buffer.from('"\\,')
const OPENING = new Set(Buffer.from('[{'))
const CLOSING = new Set(Buffer.from(']}'))

const utf8 = new TextDecoder('utf-8', { fatal: true })

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
  if (!headers.has('content-encoding') && !headers.has('transfer-encoding')) return undefined
  const codings = [headers.get('content-encoding') ?? '', headers.get('transfer-encoding') ?? ''].join(',').split(',')
  return codings
    .map((coding) => coding.trim().toLowerCase())
    .find((coding) => !['', 'identity', 'chunked'].includes(coding))
}

/**
 * The chunks of a request's body. The stream stays open when its reader stops: the request must still be answered.
 * @throws {RpcError} `CLIENT_CLOSED_REQUEST` when the client breaks off.
 */
export async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream.iterator({ destroyOnReturn: false })
  } catch (cause) {
    throw brokeOff(cause)
  }
}

/**
 * Reads a stream to its end, but not past the limit; it stays open then.
 * @throws {RpcError} `PAYLOAD_TOO_LARGE` the moment the limit is passed, `CLIENT_CLOSED_REQUEST` when the client breaks
 *   off, or what the stream itself says is wrong with it.
 */
export function readBytes(stream: Readable, maxBytes: number, what: string): Promise<Buffer> {
  if (stream.destroyed) return Promise.reject(brokeOff())
  const chunks: Buffer[] = []
  let size = 0
  // events take a third of the iterator's time
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= maxBytes) return
      stream.off('data', take).pause()
      reject(tooLarge(what, maxBytes))
    }
    stream
      .on('data', take)
      .on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
      .on('error', (cause) => reject(cause instanceof RpcError ? cause : brokeOff(cause)))
      .on('close', () => stream.readableEnded || reject(brokeOff()))
  })
}

function brokeOff(cause?: unknown): RpcError {
  return new RpcError('CLIENT_CLOSED_REQUEST', 'The request broke off', { cause })
}

/** The error of a body or part that is over its limit. */
export function tooLarge(what: string, maxBytes: number): RpcError {
  return new RpcError('PAYLOAD_TOO_LARGE', `The ${what} is larger than ${maxBytes} bytes`)
}

/** @throws {RpcError} `BAD_REQUEST` when the bytes are not JSON in UTF-8, nested too deep, or of too many values. */
export function parseJson(bytes: Buffer, what: string): unknown {
  const { depth, values } = amountOf(bytes)
  if (depth > MAX_DEPTH) throw new RpcError('BAD_REQUEST', `The ${what} is nested deeper than ${MAX_DEPTH} levels`)
  if (values > MAX_VALUES) throw new RpcError('BAD_REQUEST', `The ${what} has more than ${MAX_VALUES} values`)
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw new RpcError('BAD_REQUEST', `The ${what} is not JSON`)
  }
}

/** How deep JSON is nested and about how many values it has, before any of them is made. */
function amountOf(bytes: Buffer): { depth: number; values: number } {
  let depth = 0
  let open = 0
  let values = 1
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if (byte === COMMA) values++
    else if (CLOSING.has(byte)) open--
    else if (OPENING.has(byte)) {
      values++
      depth = Math.max(depth, ++open)
    }
  }
  return { depth, values }
}

/** Where the string that begins at `start` has its closing quote. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(QUOTE!, start + 1); at !== -1; at = bytes.indexOf(QUOTE!, at + 1)) {
    let backslashes = 0
    while (bytes[at - 1 - backslashes] === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return at
  }
  return bytes.length
}
