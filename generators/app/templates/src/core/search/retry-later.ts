/** Thrown in a searcher: it cannot look now, but later. The search goes back to the store and waits there. */
export class RetryLater extends Error {
  override name = 'RetryLater'
  /** In seconds. */
  readonly afterSecs: number

  constructor(afterSecs: number, message = `to be tried again in ${afterSecs} s`) {
    super(message)
    this.afterSecs = afterSecs
  }
}
