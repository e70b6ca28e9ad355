/** Lists, or what is said of them, are wrong; the message has a line for each mistake. */
export class ListsError extends Error {
  override name = 'ListsError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The lists are wrong:\n${problems.map((one) => `  ${one}`).join('\n')}`)
    this.problems = problems
  }
}

/** A list cannot be used; the message goes on from its name: `is no JSON: …`. */
export class BrokenList extends Error {
  override name = 'BrokenList'
}

/** A list has more entries than all lists together may have. */
export class NoRoom extends BrokenList {
  override name = 'NoRoom'

  /** @param room how many entries it may have. */
  constructor(room: number) {
    super(`has more than the ${room} entries that are left of CTS_LISTS_MAX_ENTRIES: take some out, or set it higher`)
  }
}

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

/** The code of an error of the file system, such as `EACCES`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
