import * as v from 'valibot'
import type { HttpRequest, Reply } from './request.ts'
import { unexpectedAnswer } from './source-error.ts'
import type { Source } from './source.ts'

/** The longest answer that is read: in bytes. */
const MAX_ANSWER_BYTES = 5_000_000

/**
 * Reads a response's body to its end.
 * @throws {SourceError} `unexpected_answer`, as soon as it is too long.
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
      // not awaited: a source that sends without end may ignore it
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
export function checkAnswer<T>(source: Source, { body }: Reply, { schema, ifEmpty }: HttpRequest<T>): T {
  if (ifEmpty !== undefined && body.trim() === '') return ifEmpty
  const json = parse(body)
  if (json === undefined) throw unexpectedAnswer(source, body.trim() === '' ? 'it is empty' : 'it is not JSON')
  const checked = v.safeParse(schema, json, { abortEarly: true })
  if (checked.success) return checked.output
  const { keys } = placeOf(checked.issues[0])
  throw unexpectedAnswer(source, `${keys.join('.') || 'the whole'} is not as expected`)
}

interface Place {
  keys: unknown[]
  /** Whether there is a value: a wrong one tells more than a missing one. */
  isThere: boolean
}

/** Where an issue is. A union has the issues of all its branches: the deepest of them counts. */
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
