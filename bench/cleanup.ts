/** What is to be undone when the benchmark ends, in whatever way: the latest first. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = []
  #running: Promise<void> | undefined

  /** Adds a step. */
  add(step: () => unknown): void {
    this.#steps.push(step)
  }

  /** Takes all steps, once; one that fails is reported and holds up no other. */
  run(): Promise<void> {
    return (this.#running ??= this.#runAll())
  }

  async #runAll(): Promise<void> {
    for (const step of this.#steps.toReversed()) {
      try {
        await step()
      } catch (error) {
        console.error(`Cannot clean up: ${(error as Error).message}`)
      }
    }
  }
}
