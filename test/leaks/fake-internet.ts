import { getResponse, type RequestHandler } from 'msw'
import type { Source } from '../../generators/app/templates/src/core/define.ts'

/** A request as it was sent, whole. */
export interface Seen {
  source: string
  text: string
}

/** Every source outside, played by its mock: one place that all requests come to. */
export interface FakeInternet {
  fetch: typeof fetch
}

/**
 * Makes it.
 * @param sources with their addresses, and the handlers of their mocks.
 * @param see is given each request before it is answered.
 */
export function createFakeInternet(
  sources: readonly { source: Source; url: string; handlers: RequestHandler[] }[],
  see: (seen: Seen) => void,
): FakeInternet {
  const byHost = new Map(sources.map((one) => [new URL(one.url).host, one]))
  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      const { method, url, headers } = request
      const text = [method, url, ...headers].join('\n') + (await request.clone().text())
      const known = byHost.get(new URL(url).host)
      see({ source: known?.source.id ?? 'nobody', text })
      return (await getResponse(known?.handlers ?? [], request)) ?? Response.json({})
    },
  }
}
