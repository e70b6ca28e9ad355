import { createHash, randomUUID } from 'node:crypto'
import type { Request } from 'autocannon'
import type { AnyArtifact } from '../generators/app/templates/src/core/protocol/artifact.ts'
import type { Bench } from './bench.ts'
import type { Contender } from './compare.ts'
import { known, type Database } from './database.ts'
import { post, type Load } from './drive.ts'
import type { Server } from './server.ts'

/** So many different searches are asked for in turn, spread over all that there are. */
const SAMPLE = 500

/** What a server is to be driven with. */
export type Work = Pick<Contender, 'load' | 'settle'>

/** Asks for finished searches, of so many that are stored. */
export function finishedLoad(
  kind: 'GET' | 'POST',
  stored: number,
  { database, connections }: { database: Database; connections: number },
): Work {
  const size = Math.min(SAMPLE, stored)
  const artifacts = Array.from({ length: size }, (_, index) => known(Math.floor((index * stored) / size)))
  const requests = artifacts.map((artifact) =>
    kind === 'POST' ? post(artifact) : ({ method: 'GET', path: `/${database.idOf(artifact)}` } as const),
  )
  return { load: { connections, requests, statuses: [200] } }
}

/** Sends artifacts that begin a search each, and waits until these are done. */
export function newLoad(
  bench: Bench,
  database: Database,
  connections: number,
  requests = newRequests(),
): Required<Work> {
  const load = { connections, requests, statuses: [303] }
  return { load, settle: (amount) => bench.settle(amount, database) }
}

/** One or the other. */
export function loadOf(
  kind: 'GET' | 'POST' | 'new',
  stored: number,
  { bench, database, connections }: { bench: Bench; database: Database; connections: number },
): Work {
  if (kind === 'new') return newLoad(bench, database, connections)
  return finishedLoad(kind, stored, { database, connections })
}

/** Makes requests with artifacts that nobody has asked for. */
export function newRequests(type: 'net.uri' | 'hash.sha256' | 'hash.md5' = 'net.uri'): () => Request {
  const run = randomUUID()
  let count = 0
  return () => {
    const name = `${run}-${count++}`
    const digest = () => createHash(type.slice('hash.'.length)).update(name).digest('hex')
    return post({ type, value: type === 'net.uri' ? `http://${name}.example/` : digest() })
  }
}

/** Requests with some artifacts, one after the other and again. */
export function cycling(count: number, artifactOf: (number: number) => AnyArtifact): () => Request {
  let next = 0
  return () => post(artifactOf(next++ % count))
}

/**
 * Sees that servers answer as the first of them does: comparing them says nothing otherwise.
 * @throws {Error} that shows both answers when they differ.
 */
export async function requireSameAnswers(servers: readonly Server[], { requests }: Load): Promise<void> {
  const makeRequest = typeof requests === 'function' ? requests : () => requests[0]!
  const [first, ...others] = await Promise.all(servers.map(({ url }) => answerOf(url, makeRequest())))
  for (const [index, answer] of others.entries()) {
    if (answer === first) continue
    throw new Error(`"${servers[index + 1]!.name}" answers\n  ${answer}\nand "${servers[0]!.name}"\n  ${first}`)
  }
}

/** An answer: its status, content type and body, but for the id of an artifact that is new. */
async function answerOf(url: string, request: Request): Promise<string> {
  const response = await send(url, request)
  const type = response.headers.get('content-type')?.toLowerCase().replaceAll(' ', '')
  const text = await response.text()
  const isNew = response.status === 303
  return `${response.status} ${type} ${isNew ? text.replace(/"id":"[\w-]{43}"/, '"id":"…"') : text}`
}

/** Sends one request. */
export function send(url: string, { method, path, headers, body }: Request): Promise<Response> {
  const options = { method, headers, body, redirect: 'manual' }
  return fetch(`${url}${path}`, options as RequestInit)
}
