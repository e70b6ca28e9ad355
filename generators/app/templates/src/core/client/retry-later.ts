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
