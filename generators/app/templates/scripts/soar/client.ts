import type { Hit } from '../../src/core/protocol/hit.ts'
import { readCapabilities, readNotAsked, readScanAnswer, SoarError, type NotAsked, type ScanAnswer } from './answer.ts'

/** How long one request may take: in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000

/** Where the service is, and how to reach it. */
export interface Connection {
  /** The root of the endpoints, as SOAR has it. */
  url: string
  /** For basic authentication: user and password, joined by a colon. */
  user?: string
  fetch: typeof fetch
  sleep: (ms: number) => Promise<unknown>
}

/** What SOAR sends to have an artifact scanned. */
export interface ScanRequest {
  artifact: { type: string; value: unknown }
  file?: File
}

/** What came of a scan. */
export interface Scan {
  id: string
  hits: Hit[]
  /** How often the result was asked for. */
  polls: number
  /** From the first request to the complete answer. */
  ms: number
}

/** SOAR's side of the protocol. */
export interface Soar {
  /** `OPTIONS ~/`: whether the service wants the content of files. */
  queryCapabilities(): Promise<boolean>
  /** `POST ~/` and, while the search goes on, `GET ~/{id}` as soon as the service says. */
  scan(request: ScanRequest, timeoutSecs: number, onPending?: (answer: ScanAnswer) => void): Promise<Scan>
  /** The sources that were not asked, and why: SOAR is not told, so the procedures are asked in tRPC's format. */
  notAsked(id: string, artifact: ScanRequest['artifact']): Promise<NotAsked[]>
}

/** Plays SOAR against a service. All methods throw a `SoarError` when something is not as SOAR needs it. */
export function createSoar({ url, user, fetch, sleep }: Connection): Soar {
  const root = new URL(url).href
  const resultOf = (id: string) => `${root.replace(/\/$/, '')}/${id}`
  const authorization = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`

  const send = async (method: string, address: string, init: RequestInit = {}) => {
    const headers = { ...(init.headers as Record<string, string>), ...(authorization && { authorization }) }
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
    try {
      return await fetch(address, { ...init, method, headers, redirect: 'manual', signal })
    } catch (error) {
      throw outOfReach(address, error)
    }
  }

  return {
    async queryCapabilities() {
      return readCapabilities('OPTIONS /', await send('OPTIONS', root))
    },

    async scan(request, timeoutSecs, onPending) {
      const begun = performance.now()
      let answer = await readScanAnswer('POST /', await send('POST', root, bodyOf(request)))
      const { id } = answer
      for (let polls = 0; ; polls++) {
        const ms = Math.round(performance.now() - begun)
        if (answer.id !== id) throw new SoarError(`GET /${id} is answered with another id: ${answer.id}`)
        if (answer.retrySecs === undefined) return { id, hits: answer.hits, polls, ms }
        if (ms > timeoutSecs * 1000) throw new SoarError(`The search ${id} is not complete after ${timeoutSecs} s`)
        onPending?.(answer)
        await sleep(answer.retrySecs * 1000)
        answer = await readScanAnswer(`GET /${id}`, await send('GET', resultOf(id)))
      }
    },

    async notAsked(id, artifact) {
      const input = encodeURIComponent(JSON.stringify({ id }))
      const known = await readNotAsked(await send('GET', `${resultOf('trpc/scanResult')}?input=${input}`))
      // nothing is stored of what is kept from every source: it is answered at once, again
      return (
        known ?? (await readNotAsked(await send('POST', resultOf('trpc/scanArtifact'), bodyOf({ artifact })))) ?? []
      )
    },
  }
}

/** JSON, or a multipart form in SOAR's shape when there is a file. */
function bodyOf({ artifact, file }: ScanRequest): RequestInit {
  const json = JSON.stringify(artifact)
  if (!file) return { headers: { 'content-type': 'application/json' }, body: json }
  const form = new FormData()
  form.set('artifact', new Blob([json], { type: 'application/json; charset=UTF-8' }))
  form.set('file', file)
  return { body: form }
}

function outOfReach(address: string, error: unknown): SoarError {
  const { name, message, cause } = error as Error & { cause?: { code?: string } }
  if (name === 'TimeoutError') return new SoarError(`${address} does not answer within ${REQUEST_TIMEOUT_MS / 1000} s`)
  const code = cause?.code ?? message
  const remedy = /SELF_SIGNED|GET_ISSUER|VERIFY_LEAF/.test(code)
    ? '. If the certificate is of an authority of your own, name its file in NODE_EXTRA_CA_CERTS'
    : ''
  return new SoarError(`${address} cannot be reached: ${code}${remedy}`)
}
