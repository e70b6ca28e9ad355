import type { Events } from '../events.ts'
import { readText } from './answer.ts'
import type { Clock } from './clock.ts'
import type { Reply } from './reply.ts'
import { SourceError } from './source-error.ts'
import { settingNames, type Source } from './source.ts'

/**
 * Sends a request and reads the reply, whatever its status, within a time.
 * @throws {SourceError} `timeout` or `unavailable`, or the reason of the signal when that is aborted.
 */
export async function exchange(
  source: Source,
  request: Request,
  { timeoutMs, signal, clock, events }: { timeoutMs: number; signal: AbortSignal; clock: Clock; events: Events },
): Promise<Reply> {
  const deadline = clock.deadline(timeoutMs)
  const begun = clock.now()
  const tell = (status: number | 'timeout' | 'unavailable') =>
    events.emit('sourceCalled', { source: source.id, status, ms: clock.now() - begun })
  try {
    const response = await fetch(request, { signal: AbortSignal.any([signal, deadline]) })
    const { status, headers } = response
    const body = await readText(source, response)
    tell(status)
    return { status, headers, body }
  } catch (error) {
    signal.throwIfAborted()
    tell(deadline.aborted ? 'timeout' : 'unavailable')
    if (error instanceof SourceError) throw error
    if (deadline.aborted) {
      const message = `${source.title} did not answer within ${timeoutMs / 1000} s`
      throw new SourceError('timeout', message, { cause: error })
    }
    throw new SourceError('unavailable', outOfReach(source, codeOf(error)), { cause: error })
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
