import * as v from 'valibot'
import { unexpectedAnswer } from './source-error.ts'
import type { Source } from './source.ts'

/** More than any answer of a lookup: in bytes. */
const MAX_ANSWER_BYTES = 5_000_000

/**
 * Reads a response's body to its end.
 * @throws {SourceError} `unexpected_answer`, the moment it is longer than any answer can be.
 */
export async function readText(source: Source, response: Response): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > MAX_ANSWER_BYTES) {
      // not waited for: whoever sends without end may not heed it
      reader.cancel().catch(() => {})
      throw unexpectedAnswer(source, `longer than ${MAX_ANSWER_BYTES} bytes`)
    }
    text += decoder.decode(value, { stream: true })
  }
}

/**
 * Checks an answer and gives what its schema makes of it.
 * @throws {SourceError} `unexpected_answer` that says where it is not as expected.
 */
export function checkAnswer<T>(source: Source, body: string, schema: v.GenericSchema<unknown, T>): T {
  const json = parse(body)
  if (json === undefined) throw unexpectedAnswer(source, 'it is not JSON')
  const checked = v.safeParse(schema, json)
  if (checked.success) return checked.output
  const { keys } = placeOf(checked.issues[0])
  throw unexpectedAnswer(source, `${keys.join('.') || 'the whole'} is not as expected`)
}

interface Place {
  keys: unknown[]
  /** Whether there is anything: a wrong value tells more than a missing one. */
  isThere: boolean
}

/** Where an issue is; for a union, which has issues of each of its branches, where the deepest of them is. */
function placeOf({ path, input, issues }: v.BaseIssue<unknown>): Place {
  const keys = path?.map(({ key }) => key) ?? []
  const [inner] = (issues ?? [])
    .map(placeOf)
    .toSorted((a, b) => b.keys.length - a.keys.length || Number(b.isThere) - Number(a.isThere))
  return inner ? { ...inner, keys: [...keys, ...inner.keys] } : { keys, isThere: input !== undefined }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
