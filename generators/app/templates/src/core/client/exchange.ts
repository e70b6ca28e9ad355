import { once } from 'node:events'
import { connect } from 'node:net'
import service from '../../../package.json' with { type: 'json' }
import type { Events } from '../events.ts'
import { GateError } from '../gate/decide.ts'
import type { Clock } from '../time.ts'
import { readText } from './answer.ts'
import type { HttpRequest, Reply, TcpRequest } from './request.ts'
import { SourceError, unexpectedTarget } from './source-error.ts'
import { settingNames } from './source-settings.ts'
import type { Source } from './source.ts'

/** A URL's path (RFC 3986, section 3.3). Any other character in it comes from a value that nobody encoded. */
const PATH = /^\/(?!\/)[\w.~!$&'()*+,;=:@%/-]*$/
/** A segment `.` or `..`, which would lead to another path. */
const DOT_SEGMENT = /\/(\.|%2e){1,2}(\/|$)/i

/** What limits a call, and who is told of it. */
export interface CallLimits {
  timeoutMs: number
  /** Ends it earlier. */
  signal: AbortSignal
  clock: Clock
  events: Events
  fetch?: typeof fetch
}

/** What is sent, where, and with which key. */
export interface Sending {
  settings: { url?: string | undefined }
  key: string | undefined
  request: HttpRequest<unknown>
}

/**
 * Sends a request and reads the reply, whatever its status, before the deadline.
 * @throws {SourceError} `timeout` or `unavailable`, or the reason of the signal when that is aborted.
 */
export async function exchange(
  source: Source,
  { settings, key, request }: Sending,
  limits: CallLimits,
): Promise<Reply> {
  const { url, init } = toFetchRequest(source, { url: settings.url ?? '', key }, request)
  const send = limits.fetch ?? fetch
  return withDeadline(source, limits, async (signal) => {
    const response = await send(url, { ...init, signal })
    const { status, headers } = response
    return { status, answer: { status, headers, body: await readText(source, response) } }
  })
}

/**
 * Runs work with a source under a deadline, and tells of the call as an event.
 * @throws {SourceError} `timeout`; `unavailable` for whatever else goes wrong with the network; the reason of the
 *   signal when that is aborted.
 * @throws {GateError} when the work would tell the source what it may not see.
 */
export async function withDeadline<T>(
  source: Source,
  { timeoutMs, signal, clock, events }: CallLimits,
  work: (signal: AbortSignal) => Promise<{ status: number; answer: T }>,
): Promise<T> {
  // AbortSignal.any() with AbortSignal.timeout() would stay in memory, with all it refers to, until the time is up
  const abort = new AbortController()
  let isLate = false
  const cancelTimer = clock.after(timeoutMs, () => {
    isLate = true
    abort.abort()
  })
  const giveUp = () => abort.abort(signal.reason)
  signal.addEventListener('abort', giveUp)
  if (signal.aborted) giveUp()
  const begun = clock.monotonic()
  const tell = (status: number | 'timeout' | 'unavailable') =>
    events.emit('sourceCalled', { source: source.id, status, ms: clock.monotonic() - begun })
  try {
    const { status, answer } = await work(abort.signal)
    tell(status)
    return answer
  } catch (error) {
    signal.throwIfAborted()
    tell(isLate ? 'timeout' : 'unavailable')
    if (isLate) {
      const message = `${source.title} did not answer within ${timeoutMs / 1000} s`
      throw new SourceError('timeout', message, { cause: error })
    }
    if (error instanceof SourceError || error instanceof GateError) throw error
    throw new SourceError('unavailable', outOfReach(source, codeOf(error)), { cause: error })
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', giveUp)
  }
}

/** What to check when a source is out of reach. Only the error's code is told: its message may hold the address. */
function outOfReach(source: Source, code: string | undefined): string {
  const what = `${source.title} is out of reach${code ? ` (${code})` : ''}`
  if (code && /CERT|SIGNATURE|ISSUER/.test(code)) {
    return `${what}: its certificate is not trusted; NODE_EXTRA_CA_CERTS names the file of an own CA`
  }
  return code?.startsWith('Z_')
    ? `${what}: its answer is compressed, and broken`
    : `${what}: check the network, the proxy and ${settingNames(source).url}`
}

/** The code of an error, or of the nearest cause that has one: `fetch` wraps the reason as a cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : codeOf(error.cause)
}

/**
 * Talks with a source that does not speak HTTP, over a connection of its own.
 * @throws {SourceError} as `exchange` does.
 */
export async function talk<T>(
  source: Source,
  { url }: { url?: string | undefined },
  request: TcpRequest<T>,
  limits: CallLimits,
): Promise<T> {
  const { hostname, port } = new URL(url ?? '')
  return withDeadline(source, limits, async (signal) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) })
    const cut = () => socket.destroy(signal.reason)
    signal.addEventListener('abort', cut)
    // whoever awaits something of the socket gets the error; without a listener it would end the process
    socket.on('error', () => {})
    try {
      await once(socket, 'connect', { signal })
      // there is no status here: 200 stands for "answered"
      return { status: 200, answer: await request.talk(socket) }
    } finally {
      signal.removeEventListener('abort', cut)
      socket.destroy()
    }
  })
}

/** A request as `fetch` takes it, but for its signal. */
export interface FetchRequest {
  url: URL
  init: RequestInit
}

/**
 * Checks the path of a request.
 * @throws {SourceError} when it leads away from the source's address: a path may hold what a stranger wrote, and the
 *   key would travel along.
 */
export function checkPath(source: Source, path: string): void {
  if (!PATH.test(path) || DOT_SEGMENT.test(path)) throw unexpectedTarget(source)
}

/**
 * What `fetch` is to be called with.
 * @param url the source's address, which the request goes below.
 * @throws {SourceError} when the path leads away from there.
 */
export function toFetchRequest(
  source: Source,
  { url, key }: { url: string; key: string | undefined },
  request: HttpRequest<unknown>,
): FetchRequest {
  return { url: addressOf(source, url, request), init: { ...toInit(source, key, request), redirect: 'manual' } }
}

function addressOf(source: Source, url: string, { path, query = {} }: HttpRequest<unknown>): URL {
  checkPath(source, path)
  const { origin, pathname } = new URL(url)
  const address = new URL(`${origin}${pathname.replace(/\/$/, '')}${path}`)
  for (const [name, values] of Object.entries(query)) {
    for (const value of [values].flat()) address.searchParams.append(name, value)
  }
  return address
}

function toInit(source: Source, key: string | undefined, { headers, form, json }: HttpRequest<unknown>): RequestInit {
  const sent: Record<string, string> = {
    accept: 'application/json',
    'user-agent': `${service.name}/${service.version}`,
    ...headers,
  }
  if (source.key && key) sent[source.key.header] = `${source.key.prefix ?? ''}${key}`
  if (form) return { method: 'POST', headers: sent, body: new URLSearchParams(form) }
  if (json === undefined) return { headers: sent }
  sent['content-type'] = 'application/json'
  return { method: 'POST', headers: sent, body: JSON.stringify(json) }
}
