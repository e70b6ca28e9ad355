import { knownArtifact, waitingArtifact } from './artifacts.ts'
import type { BenchCase, Kind } from './cases.ts'
import type { Load, LoadRequest } from './driver/load.ts'
import { authorizationOf } from './setup.ts'
import { BOUNDARY } from './upload-body.ts'

/** So many different searches are asked for in turn, spread over all that there are. */
export const SAMPLE = 100

/** Uploads are few and long: so many at once, and so many in all. */
const UPLOADS = { connections: 4, amount: 40 }

/** What is stored before a case is run. */
export interface Stock {
  results: number
  waiting: number
  /** The path of a multipart body whose file is known. */
  uploadBody: string
}

/** A load, but for the server and for how hard and how long. */
export type LoadOfCase = Omit<Load, 'url' | 'connections' | 'seconds'>

/** Gives the id of an artifact: by asking the service. */
export type IdOf = (artifact: object) => Promise<string>

/** Makes a case's load. */
export async function loadOf(benchCase: BenchCase, stock: Stock, idOf: IdOf): Promise<LoadOfCase> {
  const { kind, auth } = benchCase
  return {
    headers: auth ? { authorization: authorizationOf(benchCase)! } : {},
    requests: await requestsOf(kind, stock, idOf),
    freshEvery: { 'post-new': 1, rescan: 10 }[kind as string] ?? 0,
    statuses: { 'get-pending': [303], 'post-new': [303], rescan: [200, 303] }[kind as string] ?? [200],
  }
}

async function requestsOf(kind: Kind, { results, waiting, uploadBody }: Stock, idOf: IdOf): Promise<LoadRequest[]> {
  const known = sample(results).map(knownArtifact)
  const held = sample(waiting).map(waitingArtifact)
  const get = async (artifact: object): Promise<LoadRequest> => ({ method: 'GET', path: `/${await idOf(artifact)}` })
  const post = (artifact: object): LoadRequest => ({ method: 'POST', path: '/', body: JSON.stringify(artifact) })
  const upload: LoadRequest = {
    method: 'POST',
    path: '/',
    bodyFile: uploadBody,
    contentType: `multipart/form-data; boundary=${BOUNDARY}`,
  }
  const requests: Record<Kind, () => LoadRequest[] | Promise<LoadRequest[]>> = {
    'get-finished': () => Promise.all(known.map(get)),
    'get-pending': () => Promise.all(held.map(get)),
    'post-finished': () => known.map(post),
    'post-new': () => [],
    options: () => [{ method: 'OPTIONS', path: '/' }],
    rescan: () => known.map(post),
    upload: () => [upload],
  }
  return requests[kind]()
}

/** Numbers below the count, spread evenly. */
function sample(count: number): number[] {
  const size = Math.min(SAMPLE, count)
  return Array.from({ length: size }, (_, index) => Math.floor((index * count) / size))
}

/** A case's load for one server; uploads keep numbers of their own. */
export function loadFor(
  url: string,
  load: LoadOfCase,
  effort: { connections: number; seconds: number },
  kind: Kind,
): Load {
  return { ...load, url, ...effort, ...(kind === 'upload' && UPLOADS) }
}

/** The numbers of connections that a case is measured with. */
export function connectionsOf(kind: Kind, wanted: readonly number[]): readonly number[] {
  return kind === 'upload' ? [UPLOADS.connections] : wanted
}
