import type { Fetch } from '../../../../src/core/lists/remote/get.ts'

/** A request as the server sees it. */
export interface Seen {
  /** Path and query. */
  path: string
  headers: Record<string, string>
}

/** A server that gives one answer after another; the last one is given again and again. */
export interface FakeServer {
  fetch: Fetch
  seen: Seen[]
  /** What it answers from now on. */
  answer(...answers: Answer[]): void
}

/** An answer, or an error of the network. */
export type Answer = (() => Response | Promise<Response>) | Error

/** An answer with a JSON body. */
export const json =
  (body: unknown, headers: Record<string, string> = {}): Answer =>
  () =>
    Response.json(body, { headers })

/** An answer with text. */
export const text =
  (body: string, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(body, { headers })

/** An answer with a status and no body. */
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(null, { status: code, headers })

export function createFakeServer(...first: Answer[]): FakeServer {
  let answers = first
  const seen: Seen[] = []
  return {
    seen,
    answer(...others) {
      answers = others
    },
    async fetch(url, { headers, signal }) {
      signal.throwIfAborted()
      const { pathname, search } = new URL(url)
      seen.push({ path: `${pathname}${search}`, headers })
      const [answer] = answers.length > 1 ? answers.splice(0, 1) : answers
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer')
      return answer()
    },
  }
}
