import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { H3, type H3Event } from 'h3'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import type { AnyArtifact } from '../protocol/artifact.ts'
import type { ScanResponse } from '../protocol/response.ts'
import { createCaller } from '../rpc/caller.ts'
import { RpcError } from '../rpc/error.ts'
import { router } from '../router.ts'
import type { Authenticate } from './authentication.ts'
import { toErrorAnswer } from './error-answer.ts'
import { readScanBody } from './scan-body.ts'

/** What the app is made of. */
export interface AppParts {
  context: Context
  log: Logger
  authenticate: Authenticate
  /** Without a slash at its end: `''` for the root. */
  basePath: string
  maxBodyBytes: number
  maxUploadBytes: number
}

/** Answers a request with a status and a body. */
type Handler = (event: H3Event) => Promise<{ status: number; body: object }>

/** The service's HTTP side: SOAR's three endpoints, bound to the three procedures. */
export function createApp(parts: AppParts): H3 {
  const { context, basePath } = parts
  const root = basePath || '/'
  const caller = createCaller(router, context)
  const endpoint = (handler: Handler) => (event: H3Event) => answer(event, handler, parts)

  // a path that is not well-formed has no route at all
  const app = new H3({ silent: true, onError: (_error, event) => answer(event, notFound, parts) })
  app.post(
    root,
    endpoint((event) => scan(event, parts)),
  )
  app.options(
    root,
    endpoint(async () => ({ status: 200, body: await caller.queryCapabilities() })),
  )
  app.get(
    `${basePath}/:id`,
    endpoint(async (event) => toAnswer(await caller.scanResult({ id: event.context.params?.id ?? '' }))),
  )
  app.all(
    root,
    endpoint((event) => refuseMethod(event, 'POST, OPTIONS')),
  )
  app.all(
    `${basePath}/:id`,
    endpoint((event) => refuseMethod(event, 'GET')),
  )
  app.all('/**', endpoint(notFound))
  return app
}

/** Scans an artifact; the content of a file that no search took is removed before the answer. */
async function scan(event: H3Event, { context, log, maxBodyBytes, maxUploadBytes }: AppParts) {
  const { files } = context.store
  const { artifact, upload } = await readScanBody(bodyOf(event), event.req.headers.get('content-type') ?? '', {
    maxArtifactBytes: maxBodyBytes,
    maxFileBytes: maxUploadBytes,
    files,
    keepsFile: (known) => context.settings.uploadFiles && typeOf(known) === 'file.content',
  })
  try {
    return toAnswer(await router.scanArtifact.call({ ...context, upload }, artifact as AnyArtifact))
  } finally {
    // should the store be away, its sweep removes what is left
    if (upload?.key && !upload.taken)
      await files.remove(upload.key).catch((err) => log.debug({ err }, 'cannot remove a file'))
  }
}

/** SOAR reads 303 as "ask again" and 200 as "complete". */
function toAnswer(body: ScanResponse) {
  return { status: body.retry_secs === undefined ? 200 : 303, body }
}

async function refuseMethod(event: H3Event, allowed: string): Promise<never> {
  event.res.headers.set('allow', allowed)
  throw new RpcError('METHOD_NOT_SUPPORTED', `${event.req.method} is not possible here, only ${allowed}`)
}

async function notFound(): Promise<never> {
  throw new RpcError('NOT_FOUND', 'There is nothing at this path')
}

/** Authenticates, answers, and writes one line into the log. */
async function answer(event: H3Event, handler: Handler, { log, authenticate }: AppParts): Promise<object> {
  const begun = performance.now()
  let status: number
  let body: object
  try {
    if (!authenticate(event.req.headers.get('authorization'))) {
      throw new RpcError('UNAUTHORIZED', 'User and password are missing or wrong')
    }
    ;({ status, body } = await handler(event))
  } catch (error) {
    const failed = toErrorAnswer(error, log)
    ;({ status, body } = failed)
    for (const [name, value] of Object.entries(failed.headers)) event.res.headers.set(name, value)
  }
  event.res.status = status
  const ms = Math.round(performance.now() - begun)
  log.info({ method: event.req.method, path: event.url.pathname, status, id: (body as ScanResponse).id, ms }, 'request')
  return body
}

/** The request's body as a Node stream: its own on a server, the web one's in a test without a port. */
function bodyOf(event: H3Event): Readable {
  const request = event.runtime?.node?.req
  return request ?? Readable.fromWeb((event.req.body ?? new Blob([]).stream()) as ReadableStream)
}

function typeOf(artifact: unknown): unknown {
  return artifact === undefined ? 'file.content' : (artifact as { type?: unknown } | null)?.type
}
