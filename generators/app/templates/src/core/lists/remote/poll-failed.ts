/** A list could not be fetched; the message goes on from the list's name: `answers 503`. */
export class PollFailed extends Error {
  override name = 'PollFailed'
  /** When to come back, if the server says so: in seconds. */
  readonly retryAfterSecs: number | undefined

  constructor(
    message: string,
    { retryAfterSecs, cause }: { retryAfterSecs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.retryAfterSecs = retryAfterSecs
  }
}
