import { StringDecoder } from 'node:string_decoder'
import { setImmediate as turn } from 'node:timers/promises'
import { BrokenList } from '../errors.ts'

/** The content of a list, piece by piece; a piece is only good until the next one is asked for. */
export type Chunks = AsyncIterable<Uint8Array>

/** The largest list, in bytes. */
const MAX_BYTES = 512_000_000

/** The longest line, in characters. */
const MAX_LINE = 65_536
/** Work on one piece holds the event loop: in bytes. */
const MAX_CHUNK_BYTES = 65_536

/** So many bytes tell what content is, if it is no text. */
const TELLING_BYTES = 4
const OTHER_CONTENT: [start: number[], what: string][] = [
  [[0xff, 0xfe], 'is UTF-16: save it as UTF-8'],
  [[0xfe, 0xff], 'is UTF-16: save it as UTF-8'],
  [[0x1f, 0x8b], 'is compressed: unpack it'],
  [[0x50, 0x4b, 0x03, 0x04], 'is compressed: unpack it'],
]

/**
 * Content as text, piece by piece, without a byte order mark.
 * @throws {BrokenList} when it is too large, or no UTF-8 at all.
 */
export async function* readTexts(chunks: Chunks): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  const pacer = new Pacer()
  let bytes = 0
  let isFirst = true
  for await (const chunk of withBeginning(chunks))
    for (let start = 0; start < chunk.length; start += MAX_CHUNK_BYTES) {
      const part = chunk.subarray(start, start + MAX_CHUNK_BYTES)
      const other = isFirst && OTHER_CONTENT.find(([bytes]) => bytes.every((byte, i) => part[i] === byte))
      if (other) throw new BrokenList(other[1])
      bytes += part.length
      if (bytes > MAX_BYTES) throw new BrokenList(`is larger than ${MAX_BYTES / 1_000_000} MB`)
      const text = decoder.write(Buffer.from(part.buffer, part.byteOffset, part.length))
      yield isFirst && text.startsWith('\u{feff}') ? text.slice(1) : text
      isFirst = false
      if (pacer.isDue()) await pacer.rest()
    }
  yield decoder.end()
}

/** The same pieces, but the first has all that tells what it is: the network may cut anywhere. */
async function* withBeginning(chunks: Chunks): AsyncGenerator<Uint8Array> {
  let beginning: Uint8Array | undefined = new Uint8Array()
  for await (const chunk of chunks) {
    if (!beginning) {
      yield chunk
      continue
    }
    beginning = Buffer.concat([beginning, chunk])
    if (beginning.length < TELLING_BYTES) continue
    yield beginning
    beginning = undefined
  }
  if (beginning) yield beginning
}

/** Whether a line is longer than any that means something; then it may not be all there. */
export function isTooLong(line: string): boolean {
  return line.length > MAX_LINE
}

/** The lines of texts, many at a time. Any line end counts. */
export async function* readLines(texts: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = ''
  for await (const text of texts) {
    if (!rest.endsWith('\r') && !/[\r\n]/.test(text)) {
      if (!isTooLong(rest)) rest += text
      continue
    }
    // a carriage return at the end may be half a line end
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop()!
    yield lines
  }
  yield [rest.replace(/\r$/, '')]
}

/** How long work may hold the event loop before it gives others a turn: in milliseconds. */
const STINT_MS = 10

/** Lets long work give way from time to time: `if (pacer.isDue()) await pacer.rest()`. */
export class Pacer {
  #since = performance.now()

  /** Whether the work has gone on for long. */
  isDue(): boolean {
    return performance.now() - this.#since > STINT_MS
  }

  /** Lets the event loop do everything else that there is to do. */
  async rest(): Promise<void> {
    await turn()
    this.#since = performance.now()
  }
}
