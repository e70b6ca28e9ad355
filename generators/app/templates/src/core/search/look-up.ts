import type { Logger } from 'pino'
import * as v from 'valibot'
import { RetryLater, SourceError } from '../client/source-error.ts'
import type { Ask, Found, LookUpContext, LookUpFunction, LookUpValue, Source } from '../client/source.ts'
import { GateError } from '../gate/decide.ts'
import { PASSWORD_TYPE, type ArtifactType } from '../protocol/artifact.ts'
import { checkHits, HitError, text, type Hit } from '../protocol/hit.ts'
import type { Failure } from '../protocol/outcome.ts'
import type { Settings } from '../setting.ts'
import { StoreUnavailableError } from '../store/store.ts'
import type { LookUp } from './dispatch.ts'
import type { Artifact } from './searcher.ts'

/** When a look-up that could not begin without the store is tried again: in seconds. */
const STORE_AWAY_SECS = 5

/** A look-up is given back for a reason that is not its source's, so it has no outcome. */
export class Interrupted extends Error {
  override name = 'Interrupted'
}

/** The time of a look-up is up. */
export class TimeUp extends Error {
  override name = 'TimeUp'
}

/** What came of a look-up, or that it is to be made later. */
export type Attempt =
  | { hits: Hit[]; freshSecs?: number | undefined; gaps?: readonly string[]; revision?: string }
  | { failure: Failure; revision?: string }
  /** `isHeld`: nobody else makes one of its kind before that either. */
  | { afterSecs: number; isHeld: boolean }

/** What a look-up works with. */
export interface LookUpTools {
  ask: Ask
  signal: AbortSignal
  log: Logger
}

/** Makes a look-up. It never throws, and it ends when the signal is aborted even if its code does not heed that. */
export async function makeLookUp(lookUp: LookUp, artifact: Artifact, tools: LookUpTools): Promise<Attempt> {
  const { signal, log } = tools
  if (signal.aborted) return { afterSecs: 0, isHeld: true }
  // before they are read, so that a change meanwhile is seen
  const ofLists = lookUp.lists && { revision: lookUp.lists.revision }
  try {
    const work = (async () => foundBy(lookUp, artifact, tools))()
    const found = await Promise.race([work, aborted(signal)])
    const { hits, freshSecs, gaps = [] } = Object(found) as Partial<Exclude<Found, Hit[]>>
    const checked = titled(lookUp, checkHits(hits ?? found))
    if (checked.length === 0 && gaps.length > 0) throw new SourceError('unavailable', gaps.join('; '))
    return { hits: checked, ...checkFreshSecs({ freshSecs }), ...(gaps.length > 0 && { gaps }), ...ofLists }
  } catch (error) {
    const { reason } = signal
    if (reason instanceof Interrupted) return { afterSecs: 0, isHeld: true }
    if (error instanceof RetryLater) return { afterSecs: error.afterSecs, isHeld: error.isHeld }
    // without the store nobody knows whose turn it is: nothing was asked
    if (error instanceof StoreUnavailableError) return { afterSecs: STORE_AWAY_SECS, isHeld: true }
    const failure = toFailure(reason instanceof TimeUp ? reason : error)
    // a key that is missing or wrong needs no stack, and the text of an error may hold what its code worked on
    const err = failure.kind === 'key_refused' || artifact.type === PASSWORD_TYPE ? undefined : error
    log.warn({ err, kind: failure.kind }, `look-up failed: ${failure.message}`)
    return { failure, ...ofLists }
  }
}

function foundBy(lookUp: LookUp, artifact: Artifact, tools: LookUpTools): Promise<Found> {
  const { by, url = '', lists } = lookUp
  const context = { ...tools, settings: lookUp.settings.own }
  // without an address it cannot be asked, which is said then
  if ('source' in by) return lookUpAt(by.source, artifact, { ...context, url, lists, type: artifact.type })
  if (!by.code.search) throw new TypeError(`searcher "${by.code.name}" has no code of its own`)
  return by.code.search(artifact, context)
}

function lookUpAt<T extends ArtifactType>(
  source: Source,
  { type, value }: { type: T; value: LookUpValue<T> },
  context: LookUpContext<Settings, T>,
): Promise<Found> {
  const lookUp: LookUpFunction<T, Settings> | undefined = source.lookUp[type]
  if (!lookUp) throw new TypeError(`source "${source.id}" does not look "${type}" up`)
  return lookUp(value, context)
}

/** An analyst is told whose hit it is; a source need not say so itself. */
function titled({ by }: LookUp, hits: Hit[]): Hit[] {
  if (!('source' in by)) return hits
  const source = text('Source', by.source.title)
  return hits.map(({ props }) => ({
    props: source && !props.some(({ name }) => name === 'Source') ? [source, ...props] : props,
  }))
}

const freshSecsSchema = v.object({ freshSecs: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))) })

function checkFreshSecs(rest: object): { freshSecs?: number | undefined } {
  const checked = v.safeParse(freshSecsSchema, rest)
  if (!checked.success) throw new HitError('its "freshSecs" must be a number of seconds')
  return checked.output
}

/** What the analyst reads. The text of an error that nobody foresaw may hold anything, so it stays in the log. */
function toFailure(error: unknown): Failure {
  if (error instanceof SourceError) return { kind: error.kind, message: error.message }
  if (error instanceof GateError) return { kind: 'kept_in', message: error.message }
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
