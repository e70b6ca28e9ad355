/** Lists, or what is said of them, are wrong; the message has a line for each mistake. */
export class ListsError extends Error {
  override name = 'ListsError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The lists are wrong:\n${problems.map((one) => `  ${one}`).join('\n')}`)
    this.problems = problems
  }
}
