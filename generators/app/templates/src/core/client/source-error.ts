import type { FailureKind } from '../protocol/outcome.ts'
import { settingNames } from './source-settings.ts'

/** What an error says of a source. */
interface NamedSource {
  id: string
  /** The name that analysts know it by. */
  title: string
}

/** A source could not be asked, or its answer says nothing. The message holds no key and no address of a request. */
export class SourceError extends Error {
  override name = 'SourceError'
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** The error of a key that the source does not take. */
export function keyRefused(source: NamedSource): SourceError {
  return new SourceError('key_refused', `${source.title} refused the key: check ${settingNames(source).key}`)
}

/** The error of an answer that says neither "found" nor "not found". */
export function unexpectedAnswer({ title }: NamedSource, what: string): SourceError {
  return new SourceError('unexpected_answer', `${title} gave an unexpected answer: ${what}`)
}

/** The error of a source that takes no more calls for so long. */
export function noMoreCalls({ title }: NamedSource, ms: number): SourceError {
  const minutes = Math.max(1, Math.ceil(ms / 60_000))
  const time = minutes <= 90 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
  return new SourceError('rate_limited', `${title} takes no more calls for now: the next is possible in about ${time}`)
}

/** The error of a request that would leave the source's own address. */
export function unexpectedTarget({ title }: NamedSource): SourceError {
  return new SourceError('error', `${title} was not asked: the path of the request leads away from its address`)
}

/** Thrown in a look-up that cannot be made now, but later. Its search goes back to the store and waits there. */
export class RetryLater extends Error {
  override name = 'RetryLater'
  /** In seconds. */
  readonly afterSecs: number
  /** Whether the rate limiter already holds back everybody else until then. */
  readonly isHeld: boolean

  constructor(afterSecs: number, { isHeld = false }: { isHeld?: boolean } = {}) {
    if (!Number.isFinite(afterSecs)) throw new TypeError(`RetryLater takes a number of seconds, not ${afterSecs}`)
    super(`to be tried again in ${afterSecs} s`)
    this.afterSecs = afterSecs
    this.isHeld = isHeld
  }
}
