import type { FailureKind } from '../protocol/outcome.ts'
import { settingNames, type Source } from './source.ts'

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
export function keyRefused(source: Source): SourceError {
  return new SourceError('key_refused', `${source.title} refused the key: check ${settingNames(source).key}`)
}

/** The error of an answer that says neither "found" nor "not found". */
export function unexpectedAnswer(source: Source, what: string): SourceError {
  return new SourceError('unexpected_answer', `${source.title} gave an unexpected answer: ${what}`)
}
