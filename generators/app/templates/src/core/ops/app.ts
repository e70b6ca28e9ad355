import { H3, type H3Event } from 'h3'
import type { Logger } from 'pino'
import type { Authenticate } from '../http/authentication.ts'
import { bodyOf, readBytes } from '../http/body.ts'
import { errorHeaders, toRpcError } from '../http/error-answer.ts'
import { RPC_CODES, RpcError } from '../rpc/error.ts'
import { admitVisitor, isHostAllowed, isSameOrigin } from './access.ts'
import { seenOf, type ArtifactForm } from './look-up/read-artifact.ts'
import type { Metrics } from './metrics.ts'
import type { PageAnswer } from './page-answer.ts'
import { PAGE_POLICY } from './pages/document.ts'
import { renderProblem } from './pages/document.ts'
import type { LookUpPages } from './routes/look-up-routes.ts'
import type { SearchPages } from './routes/search-routes.ts'

/** The largest form that is read: in bytes. */
const MAX_FORM_BYTES = 200_000

/** What the ops endpoints ask. */
export interface OpsParts {
  /** The service's name. */
  name: string
  /** Resolves when the store answers and the service is not stopping; throws otherwise. */
  ready(): Promise<void>
  metrics: Metrics
  status(): Promise<PageAnswer>
  searches: SearchPages
  lookUps: LookUpPages
  /** The names by which pages may be reached, beside addresses and those of the machine itself. */
  hosts: readonly string[]
  /** Checks the service's own user and password, if it has some. */
  authenticate?: Authenticate | undefined
  log: Logger
}

type Handler = (event: H3Event) => Promise<PageAnswer>

/**
 * Health, metrics and pages for whoever operates the service, on a port of its own: SOAR's port has its paths for search
 * ids. Health and metrics answer to any name, since probes and scrapers come by names of their own.
 */
export function createOpsApp(parts: OpsParts): H3 {
  const { ready, metrics, status, searches, lookUps } = parts
  const page = (handler: Handler) => (event: H3Event) => answer(event, parts, handler)
  const form = (handler: (form: FormFields) => Promise<PageAnswer>) =>
    page(async (event) => handler(await readForm(event)))
  const forVisitors = (handler: Handler) =>
    page(async (event) => {
      refuseStrangers(event, parts)
      return handler(event)
    })

  const app = new H3({ silent: true, onError: (_error, event) => page(nothingHere)(event) })
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (event: H3Event) => {
    try {
      await ready()
      return { status: 'ready' }
    } catch (error) {
      event.res.status = 503
      return { status: 'not ready', reason: (error as Error).message }
    }
  })
  app.get('/metrics', async (event: H3Event) => {
    event.res.headers.set('content-type', metrics.contentType)
    return metrics.text()
  })
  app.get('/', page(status))
  app.get(
    '/search',
    page((event) => searches.form(event.url.searchParams.get('id') ?? '')),
  )
  app.post(
    '/search',
    form((fields) => searches.find(fields)),
  )
  app.get(
    '/search/:id',
    page((event) => searches.show(event.context.params?.id ?? '')),
  )
  app.get(
    '/look-up',
    forVisitors(() => lookUps.form()),
  )
  app.post(
    '/look-up',
    forVisitors(async (event) => {
      const fields = await readForm(event)
      const isSeen = fields.seen === seenOf(fields)
      return fields.step === 'send' && isSeen ? lookUps.send(fields) : lookUps.preview(fields)
    }),
  )
  app.get(
    '/look-up/:id',
    forVisitors((event) => lookUps.show(event.context.params?.id ?? '')),
  )
  app.all('/**', page(nothingHere))
  return app
}

/** Answers with a page, where `Host` may be answered to at all. */
async function answer(event: H3Event, { name, hosts, log }: OpsParts, handler: Handler): Promise<string> {
  const { headers } = event.res
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('content-security-policy', PAGE_POLICY)
  // not "no-referrer": browsers would then not say where a form comes from
  headers.set('referrer-policy', 'same-origin')
  if (!isHostAllowed(event.req.headers.get('host'), hosts)) {
    event.res.status = 421
    return renderProblem(name, 'Not by this name', [
      'The pages answer to addresses, to localhost, and to the names in OPS_HOSTS: add this one there if it is yours.',
    ])
  }
  try {
    const answered = await handler(event)
    if ('location' in answered) {
      event.res.status = 303
      headers.set('location', answered.location)
      return ''
    }
    event.res.status = answered.status ?? 200
    return answered.html
  } catch (thrown) {
    const { code, message } = toRpcError(thrown, log)
    event.res.status = RPC_CODES[code].status
    for (const [key, value] of Object.entries(errorHeaders(code))) headers.set(key, value)
    return renderProblem(name, 'That did not work', [`${message}.`])
  }
}

interface FormFields extends ArtifactForm {
  /** `send`, or `preview`. */
  step: string
  /** What was shown of what would be sent. */
  seen: string
}

/** Reads a form that a page of this service has sent. */
async function readForm(event: H3Event): Promise<FormFields> {
  if (!isSameOrigin(event.req.headers)) {
    throw new RpcError('FORBIDDEN', 'This form was not sent by a page of this service')
  }
  const fields = new URLSearchParams(
    (await readBytes(bodyOf(event, MAX_FORM_BYTES), MAX_FORM_BYTES, 'form')).toString(),
  )
  const field = (key: string) => fields.get(key) ?? ''
  return { type: field('type'), value: field('value'), step: field('step'), seen: field('seen') }
}

/** @throws {RpcError} unless the visitor may look something up. */
function refuseStrangers(event: H3Event, { authenticate }: OpsParts): void {
  const address = event.runtime?.node?.req.socket.remoteAddress
  const entry = admitVisitor({ headers: event.req.headers, address }, authenticate)
  if (entry === 'password') throw new RpcError('UNAUTHORIZED', 'User and password are missing or wrong')
  if (entry === 'elsewhere') {
    throw new RpcError(
      'FORBIDDEN',
      'Without CTS_USER and CTS_PASSWORD, look-ups are made from the machine itself alone, by localhost',
    )
  }
}

async function nothingHere(): Promise<never> {
  throw new RpcError('NOT_FOUND', 'There is nothing at this path')
}
