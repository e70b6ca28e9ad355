import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadRequest } from './driver/load.ts'

const AT_ONCE = 50
const PATIENCE_MS = 60_000

/** An answer of a server. */
export interface ServerAnswer {
  status: number
  type: string
  body: string
}

/** Sends one request, and gives the answer. */
export async function send(
  url: string,
  { method, path, body, bodyFile, contentType = 'application/json' }: LoadRequest,
  headers: Record<string, string>,
): Promise<ServerAnswer> {
  const sent = bodyFile === undefined ? body : await readFile(bodyFile)
  const all = sent === undefined ? headers : { ...headers, 'content-type': contentType }
  const response = await fetch(url + path, { method, headers: all, body: sent, redirect: 'manual' })
  const type = (response.headers.get('content-type') ?? '').toLowerCase().replaceAll(' ', '')
  return { status: response.status, type, body: await response.text() }
}

/** Sends a request until its search is finished. */
export async function finish(url: string, request: LoadRequest, headers: Record<string, string>): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
    if ((await send(url, request, headers)).status === 200) return
  }
  throw new Error(`the service does not finish a search within ${PATIENCE_MS / 1000} s`)
}

/** Posts artifacts, some at once. */
export async function postAll(
  url: string,
  artifacts: readonly object[],
  headers: Record<string, string>,
): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < artifacts.length) {
      const body = JSON.stringify(artifacts[next++])
      const { status } = await send(url, { method: 'POST', path: '/', body }, headers)
      if (status !== 200 && status !== 303) throw new Error(`the service answered a scan with ${status}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/** The id that a service gives an artifact. */
export async function idOf(url: string, artifact: object, headers: Record<string, string>): Promise<string> {
  const { body } = await send(url, { method: 'POST', path: '/', body: JSON.stringify(artifact) }, headers)
  return (JSON.parse(body) as { id: string }).id
}
