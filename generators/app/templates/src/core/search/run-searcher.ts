import * as v from 'valibot'
import { HitError, hitSchema, type Hit } from '../protocol/hit.ts'
import type { Failure, Outcome } from '../protocol/outcome.ts'
import { SourceError } from '../client/source-error.ts'
import { RetryLater } from './retry-later.ts'
import type { Artifact, SearchContext, Searcher } from './searcher.ts'

const MAX_HITS = 100
const MAX_HITS_BYTES = 1_000_000
const hitsSchema = v.array(hitSchema, 'must be an array')

/** Why a search is to be given back: not its searchers' doing, so no outcome of theirs. */
export class Interrupted extends Error {
  override name = 'Interrupted'
}

/** The time of a search is up. */
export class TimeUp extends Error {
  override name = 'TimeUp'
}

/** What came of a searcher, or that it is to be asked again later. */
export type Attempt = Outcome | { searcher: string; afterSecs: number }

/**
 * Runs a searcher to its outcome. It never throws, and it ends when the signal is aborted even if the searcher does not
 * heed it.
 */
export async function runSearcher(searcher: Searcher, artifact: Artifact, context: SearchContext): Promise<Attempt> {
  const { name } = searcher
  if (context.signal.aborted) return { searcher: name, afterSecs: 0 }
  try {
    const search = (async () => searcher.search(artifact, context))()
    const hits = await Promise.race([search, aborted(context.signal)])
    return { searcher: name, hits: checkHits(hits) }
  } catch (error) {
    if (error instanceof RetryLater) return { searcher: name, afterSecs: error.afterSecs }
    const { reason } = context.signal
    if (reason instanceof Interrupted) return { searcher: name, afterSecs: 0 }
    const failure = toFailure(reason instanceof TimeUp ? reason : error)
    // a key that is missing or wrong needs no stack
    const err = failure.kind === 'key_refused' ? undefined : error
    context.log.warn({ err, kind: failure.kind }, `searcher failed: ${failure.message}`)
    return { searcher: name, failure }
  }
}

/** @throws {HitError} when a searcher gave something else than hits, or too much. */
function checkHits(hits: unknown): Hit[] {
  const checked = v.safeParse(hitsSchema, hits)
  if (!checked.success) {
    const [issue] = checked.issues
    throw new HitError(`its hits are wrong at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`)
  }
  if (checked.output.length > MAX_HITS) {
    throw new HitError(`it gave ${checked.output.length} hits, more than ${MAX_HITS}: give the most important`)
  }
  if (Buffer.byteLength(JSON.stringify(checked.output)) > MAX_HITS_BYTES) {
    throw new HitError(`its hits are larger than ${MAX_HITS_BYTES} bytes: give the most important`)
  }
  return checked.output
}

/** What the analyst reads. The text of an error that nobody foresaw may hold anything, so it stays in the log. */
function toFailure(error: unknown): Failure {
  if (error instanceof SourceError) return { kind: error.kind, message: error.message }
  if (error instanceof TimeUp) return { kind: 'timeout', message: error.message }
  if (error instanceof HitError) return { kind: 'bad_hits', message: error.message }
  return { kind: 'error', message: 'an error of its own, which the log has' }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
