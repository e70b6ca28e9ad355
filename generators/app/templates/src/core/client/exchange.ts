import type { Events } from '../events.ts'
import { readText } from './answer.ts'
import type { Clock } from './clock.ts'
import type { Reply } from './reply.ts'
import type { FetchRequest } from './request.ts'
import { SourceError } from './source-error.ts'
import { settingNames, type Source } from './source.ts'

/**
 * Sends a request and reads the reply, whatever its status, within a time.
 * @throws {SourceError} `timeout` or `unavailable`, or the reason of the signal when that is aborted.
 */
export async function exchange(
  source: Source,
  { url, init }: FetchRequest,
  { timeoutMs, signal, clock, events }: { timeoutMs: number; signal: AbortSignal; clock: Clock; events: Events },
): Promise<Reply> {
  // not AbortSignal.any() of AbortSignal.timeout(): that is kept, with all that hangs on it, until the time is up
  const abort = new AbortController()
  let isLate = false
  const cancelTimer = clock.after(timeoutMs, () => {
    isLate = true
    abort.abort()
  })
  const giveUp = () => abort.abort(signal.reason)
  signal.addEventListener('abort', giveUp)
  if (signal.aborted) giveUp()
  const begun = clock.now()
  const tell = (status: number | 'timeout' | 'unavailable') =>
    events.emit('sourceCalled', { source: source.id, status, ms: clock.now() - begun })
  try {
    const response = await fetch(url, { ...init, signal: abort.signal })
    const { status, headers } = response
    const body = await readText(source, response)
    tell(status)
    return { status, headers, body }
  } catch (error) {
    signal.throwIfAborted()
    tell(isLate ? 'timeout' : 'unavailable')
    if (error instanceof SourceError) throw error
    if (isLate) {
      const message = `${source.title} did not answer within ${timeoutMs / 1000} s`
      throw new SourceError('timeout', message, { cause: error })
    }
    throw new SourceError('unavailable', outOfReach(source, codeOf(error)), { cause: error })
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', giveUp)
  }
}

/** What to look at when a source is out of reach: the network's own message may hold its address, so only its code. */
function outOfReach(source: Source, code: string | undefined): string {
  const what = `${source.title} is out of reach${code ? ` (${code})` : ''}`
  return code && /CERT|SIGNATURE|ISSUER/.test(code)
    ? `${what}: its certificate is not trusted; NODE_EXTRA_CA_CERTS names the file of an own CA`
    : `${what}: check the network, the proxy and ${settingNames(source).url}`
}

/** The code of an error, or of the nearest of its causes that has one: `fetch` tells the reason as a cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : codeOf(error.cause)
}
