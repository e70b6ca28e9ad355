/** A promise that the test resolves when it likes. */
export interface Latch<T = void> {
  promise: Promise<T>
  open(value: T): void
}

/** Makes a latch that is closed. */
export function createLatch<T = void>(): Latch<T> {
  const latch = {} as Latch<T>
  latch.promise = new Promise((resolve) => {
    latch.open = resolve
  })
  return latch
}
