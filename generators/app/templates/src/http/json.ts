import type { Readable } from 'node:stream'
import { RpcError } from '../rpc/error.ts'

/** Deeper than any artifact: objects and lists within each other. */
const MAX_DEPTH = 64

/**
 * The chunks of a request's body, or of a part of it. The stream stays open when its reader stops: the request is still
 * to be answered.
 * @throws {RpcError} `CLIENT_CLOSED_REQUEST` when the client breaks off.
 */
export async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream.iterator({ destroyOnReturn: false })
  } catch (cause) {
    throw new RpcError('CLIENT_CLOSED_REQUEST', 'The request broke off', { cause })
  }
}

/**
 * Reads a stream to its end, but not past the limit.
 * @throws {RpcError} `PAYLOAD_TOO_LARGE` the moment the limit is passed.
 */
export async function readBytes(stream: Readable, maxBytes: number, what: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of chunksOf(stream)) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(what, maxBytes)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** The error of what is over its limit. */
export function tooLarge(what: string, maxBytes: number): RpcError {
  return new RpcError('PAYLOAD_TOO_LARGE', `The ${what} is larger than ${maxBytes} bytes`)
}

/** @throws {RpcError} `BAD_REQUEST` when the bytes are not JSON in UTF-8, or nested too deep. */
export function parseJson(bytes: Buffer, what: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
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
