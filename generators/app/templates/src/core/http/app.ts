import { isIP } from 'node:net'
import { H3, type H3Event } from 'h3'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import type { Endpoint, Events } from '../events.ts'
import type { AnyArtifact } from '../protocol/artifact.ts'
import type { ScanResponse } from '../protocol/response.ts'
import { createCaller } from '../rpc/procedure.ts'
import { RPC_CODES, RpcError } from '../rpc/error.ts'
import { callOverWire, toWireError } from '../rpc/wire.ts'
import { router } from '../router.ts'
import type { Authenticate } from './authentication.ts'
import { bodyOf, parseJson, readBytes } from './body.ts'
import { errorHeaders, toErrorBody, toRpcError } from './error-answer.ts'
import { isCutShort } from './connections.ts'
import { inPieces, isLarge } from './large-answer.ts'
import { readScanBody } from './scan-body.ts'

/** What the app is made of. */
export interface AppParts {
  context: Context
  log: Logger
  events: Events
  /** Nothing, if the service has no user. */
  authenticate: Authenticate | undefined
  /** Whether `X-Forwarded-For` is believed. */
  trustProxy: boolean
  /** Without a slash at its end: `''` for the root. */
  basePath: string
  maxBodyBytes: number
  maxUploadBytes: number
}

/** Answers a request with a status and a body; it is given the end of the path where that names something. */
type Handler = (event: H3Event, name: string) => Promise<{ status: number; body: object }>

/** The service's HTTP side: SOAR's three endpoints, bound to the three procedures, and the same in tRPC's format. */
export function createApp(parts: AppParts): H3 {
  const { context, basePath } = parts
  const caller = createCaller(router, context)
  const answering =
    (endpoint: Endpoint, handle: Handler, toBody: (error: RpcError) => object = toErrorBody) =>
    (event: H3Event, name = '') =>
      answer(event, { endpoint, handle: () => handle(event, name), toBody }, parts)

  const artifact = answering('scan', (event) => scan(event, parts))
  const capabilities = answering('capabilities', async () => ({ status: 200, body: await caller.queryCapabilities() }))
  const result = answering('result', async (_event, id) => toAnswer(await caller.scanResult({ id })))
  const trpc = answering('trpc', (event, procedure) => callTrpc(event, procedure, parts), toWireError)
  const otherOfRoot = answering('other', (event) => refuseMethod(event, 'POST, OPTIONS'))
  const otherOfResult = answering('other', (event) => refuseMethod(event, 'GET'))
  const nothing = answering('other', notFound)

  // a malformed path reaches no handler
  const app = new H3({ silent: true, onError: (_error, event) => nothing(event) })
  // not by h3's routes, which look each path up as the name of a property: 2 to 4 % of a result's time
  app.handler = (event) => {
    const { method } = event.req
    const segments = segmentsBelow(basePath, event.url.pathname)
    if (!segments || segments.length > 2) return nothing(event)
    const [first, second] = segments
    if (first === undefined) {
      if (method === 'POST') return artifact(event)
      return method === 'OPTIONS' ? capabilities(event) : otherOfRoot(event)
    }
    if (second === undefined) return method === 'GET' ? result(event, first) : otherOfResult(event)
    return first === 'trpc' ? trpc(event, second) : nothing(event)
  }
  return app
}

/** The segments of a path below the base, with or without a slash at its end; nothing if it is elsewhere. */
function segmentsBelow(basePath: string, pathname: string): string[] | undefined {
  if (!pathname.startsWith(basePath)) return undefined
  const path = pathname.slice(basePath.length, pathname.endsWith('/') ? -1 : undefined)
  const [before, ...segments] = path.split('/')
  return before === '' && !segments.includes('') ? segments : undefined
}

/** Scans an artifact. Content of a file that no search took over is removed before the answer. */
async function scan(event: H3Event, { context, log, maxBodyBytes, maxUploadBytes }: AppParts) {
  const { files } = context.store
  const { artifact, upload } = await readScanBody(event, {
    maxArtifactBytes: maxBodyBytes,
    maxFileBytes: maxUploadBytes,
    files,
    keepsFile: (known) => context.settings.uploadFiles && typeOf(known) === 'file.content',
  })
  const ctx = upload ? { ...context, upload } : context
  try {
    return toAnswer(await router.scanArtifact.call(ctx, artifact as AnyArtifact))
  } finally {
    // should the store be away, its sweep removes what is left
    if (upload?.key && !upload.taken)
      await files.remove(upload.key).catch((err) => log.debug({ err }, 'cannot remove a file'))
  }
}

/** SOAR reads 303 as "ask again" and 200 as "complete". */
function toAnswer({ id, retry_secs, hits }: ScanResponse) {
  return retry_secs === undefined
    ? { status: 200, body: { id, hits } }
    : { status: 303, body: { id, retry_secs, hits } }
}

/** Calls procedures in tRPC's own HTTP format; a search that goes on is a 200 there. */
async function callTrpc(event: H3Event, procedure: string, { context, log, maxBodyBytes }: AppParts) {
  const { method } = event.req
  if (method !== 'GET' && method !== 'POST') return refuseMethod(event, 'GET, POST')
  const { searchParams } = event.url
  const sent =
    method === 'GET'
      ? Buffer.from(searchParams.get('input') ?? '')
      : await readBytes(bodyOf(event, maxBodyBytes), maxBodyBytes, 'body')
  const request = {
    method,
    path: decodeURIComponent(procedure),
    batch: searchParams.get('batch') === '1',
    input: sent.length > 0 ? parseJson(sent, 'input') : undefined,
  }
  return callOverWire(router, context, request, (error) => toRpcError(error, log))
}

async function refuseMethod(event: H3Event, allowed: string): Promise<never> {
  event.res.headers.set('allow', allowed)
  throw new RpcError('METHOD_NOT_SUPPORTED', `${event.req.method} is not possible here, only ${allowed}`)
}

async function notFound(): Promise<never> {
  throw new RpcError('NOT_FOUND', 'There is nothing at this path')
}

/** How one kind of request is answered. */
interface Answering {
  endpoint: Endpoint
  handle(): ReturnType<Handler>
  /** Gives an error the form that it has at this endpoint. */
  toBody(error: RpcError): object
}

/** Authenticates, answers, and writes one line into the log. */
async function answer(
  event: H3Event,
  { endpoint, handle, toBody }: Answering,
  { log, events, authenticate, trustProxy }: AppParts,
): Promise<object> {
  const begun = performance.now()
  let status: number
  let body: object
  try {
    checkHost(event)
    if (authenticate && !authenticate(event.req.headers.get('authorization'))) {
      throw new RpcError('UNAUTHORIZED', 'User and password are missing or wrong')
    }
    ;({ status, body } = await handle())
  } catch (thrown) {
    const error = toRpcError(thrown, log)
    status = RPC_CODES[error.code].status
    body = toBody(error)
    for (const [name, value] of Object.entries(errorHeaders(error.code))) event.res.headers.set(name, value)
  }
  event.res.status = status
  const request = event.runtime?.node?.req
  if (request && isCutShort(request)) event.res.headers.set('connection', 'close')
  const ms = performance.now() - begun
  events.emit('request', { endpoint, status, ms })
  const { method } = event.req
  const { id } = body as ScanResponse
  const client = clientOf(event, trustProxy)
  log.info({ method, path: event.url.pathname, status, id, client, ms: Math.round(ms) }, 'request')
  if (!isLarge(body)) return body
  event.res.headers.set('content-type', 'application/json;charset=UTF-8')
  return inPieces(body)
}

/** RFC 9112, 3.2: a request has one host; who sends two may mean one thing to a proxy and another here. */
function checkHost({ req, runtime }: H3Event): void {
  if (req.headers.get('host')?.includes(',')) throw new RpcError('BAD_REQUEST', 'The request names two hosts')
  const { httpVersion, headers } = runtime?.node?.req ?? {}
  if (httpVersion === '1.1' && headers?.host === undefined)
    throw new RpcError('BAD_REQUEST', 'The request has no header "Host"')
}

/** Who sent a request: the address of the connection, or the last one that a trusted proxy has added. */
function clientOf(event: H3Event, trustProxy: boolean): string | undefined {
  const forwarded = trustProxy ? event.req.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return forwarded && isIP(forwarded) ? forwarded : event.runtime?.node?.req.socket.remoteAddress
}

function typeOf(artifact: unknown): unknown {
  return artifact === undefined ? 'file.content' : (artifact as { type?: unknown } | null)?.type
}
