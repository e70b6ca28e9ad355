import { unexpectedAnswer } from './source-error.ts'
import type { Source } from './source.ts'

/** More than any answer of a lookup: in bytes. */
const MAX_ANSWER_BYTES = 5_000_000

/**
 * Reads an answer's body to its end.
 * @throws {SourceError} `unexpected_answer`, the moment it is longer than any answer can be.
 */
export async function readText(source: Source, response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_ANSWER_BYTES) {
      throw unexpectedAnswer(source, `longer than ${MAX_ANSWER_BYTES} bytes`)
    }
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
