import { Readable } from 'node:stream'
import { RpcError } from '../rpc/error.ts'

/** Decodes a part bit by bit: takes Latin-1 text, and gives what of it can be decoded by now and the rest. */
type Decoder = (text: string) => { bytes: Buffer; rest: string }

/**
 * The content of a form's part as it was before its `Content-Transfer-Encoding` (RFC 2045, 6). Few clients encode parts,
 * but a file looked up as it came would be another file, which nobody knows.
 * @throws {RpcError} `UNSUPPORTED_MEDIA_TYPE` for an encoding that is not known here.
 */
export function decodePart(part: Readable, encoding: string): Readable {
  const name = encoding.trim().toLowerCase()
  if (['', '7bit', '8bit', 'binary'].includes(name)) return part
  const decoder = name === 'base64' ? decodeBase64 : name === 'quoted-printable' ? decodeQuotedPrintable : undefined
  if (!decoder) {
    throw new RpcError('UNSUPPORTED_MEDIA_TYPE', `A part is encoded as "${name}": send it as binary, or as base64`)
  }
  return Readable.from(decode(part, decoder, name), { objectMode: false })
}

async function* decode(part: Readable, decoder: Decoder, name: string): AsyncGenerator<Buffer> {
  let text = ''
  for await (const chunk of part as AsyncIterable<Buffer>) {
    const { bytes, rest } = decoder(text + chunk.toString('latin1'))
    text = rest
    // an empty chunk would end the stream
    if (bytes.length > 0) yield bytes
  }
  if (text !== '') throw broken(name)
}

function decodeBase64(text: string): ReturnType<Decoder> {
  const digits = text.replace(/\s/g, '')
  const end = digits.length - (digits.length % 4)
  const whole = digits.slice(0, end)
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(whole)) throw broken('base64')
  const rest = digits.slice(end)
  if (rest && whole.endsWith('=')) throw broken('base64')
  return { bytes: Buffer.from(whole, 'base64'), rest }
}

function decodeQuotedPrintable(text: string): ReturnType<Decoder> {
  // what a "=" begins may go on in the next chunk
  const [rest] = /=[0-9A-Fa-f\r]?$/.exec(text) ?? ['']
  const whole = text.slice(0, text.length - rest.length)
  const plain = whole.replace(/=(?:([0-9A-Fa-f]{2})|\r?\n)?/g, (escape, hex?: string) => {
    if (escape === '=') throw broken('quoted-printable')
    return hex ? String.fromCharCode(Number.parseInt(hex, 16)) : ''
  })
  return { bytes: Buffer.from(plain, 'latin1'), rest }
}

function broken(encoding: string): RpcError {
  return new RpcError('BAD_REQUEST', `A part says that it is ${encoding}, and is not`)
}
