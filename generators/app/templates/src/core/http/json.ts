import type { Readable } from 'node:stream'
import { RpcError } from '../rpc/error.ts'

/** Deeper than any artifact: objects and lists within each other. */
const MAX_DEPTH = 64

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The chunks of a request's body. The stream stays open when its reader stops: the request is still to be answered.
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
 *   off.
 */
export async function readBytes(stream: Readable, maxBytes: number, what: string): Promise<Buffer> {
  if (stream.destroyed) throw brokeOff()
  const chunks: Buffer[] = []
  let size = 0
  // by events, which take a third of the time that the iterator does
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
      .once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
      .once('error', (cause) => reject(brokeOff(cause)))
      .once('close', () => stream.readableEnded || reject(brokeOff()))
  })
}

function brokeOff(cause?: unknown): RpcError {
  return new RpcError('CLIENT_CLOSED_REQUEST', 'The request broke off', { cause })
}

/** The error of what is over its limit. */
export function tooLarge(what: string, maxBytes: number): RpcError {
  return new RpcError('PAYLOAD_TOO_LARGE', `The ${what} is larger than ${maxBytes} bytes`)
}

/** @throws {RpcError} `BAD_REQUEST` when the bytes are not JSON in UTF-8, or nested too deep. */
export function parseJson(bytes: Buffer, what: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch {
    throw new RpcError('BAD_REQUEST', `The ${what} is not JSON`)
  }
  if (isDeeper(value, MAX_DEPTH)) {
    throw new RpcError('BAD_REQUEST', `The ${what} is nested deeper than ${MAX_DEPTH} levels`)
  }
  return value
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1))
}
