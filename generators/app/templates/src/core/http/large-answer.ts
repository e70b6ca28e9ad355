import { ReadableStream } from 'node:stream/web'
import { jsonSize } from '../rpc/json-size.ts'

/** From this size on an answer is written in pieces, each about as large: in characters. */
const PIECE_SIZE = 65_536

/** Whether an answer is too large to be made and written in one go. */
export function isLarge(body: object): boolean {
  return jsonSize(body, PIECE_SIZE) >= PIECE_SIZE
}

/**
 * The JSON of a large answer, made in pieces as its client takes them. In a turn of the event loop one piece is made, of
 * all answers together: however many are under way, other requests come between.
 */
export function inPieces(body: object): ReadableStream<Uint8Array> {
  return ReadableStream.from(piecesOf(body))
}

async function* piecesOf(body: object): AsyncGenerator<Uint8Array> {
  let piece = ''
  await turn()
  for (const part of partsOf(body)) {
    piece += part
    if (piece.length < PIECE_SIZE) continue
    yield Buffer.from(piece)
    piece = ''
    await turn()
  }
  if (piece !== '') yield Buffer.from(piece)
}

/** The JSON of a value, entry by entry of its lists. */
function* partsOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) {
    yield JSON.stringify(value)
  } else if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) yield (index === 0 ? '[' : ',') + (JSON.stringify(entry) ?? 'null')
    yield value.length === 0 ? '[]' : ']'
  } else {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
    for (const [index, [key, entry]] of entries.entries()) {
      yield `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`
      yield* partsOf(entry)
    }
    yield entries.length === 0 ? '{}' : '}'
  }
}

const waiting: (() => void)[] = []

/** Waits until it is one's turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(takeTurn)
  })
}

function takeTurn(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(takeTurn)
}
