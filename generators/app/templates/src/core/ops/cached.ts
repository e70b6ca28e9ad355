import { systemClock, type Clock } from '../time.ts'

/** What was read, and when: in milliseconds since 1970. */
export interface Known<T> {
  value: T
  at: number
}

/** What is read for many who look at once, and often: it costs no more than one of them. */
export interface Cached<T> {
  /** What is known now. It waits for as long as it takes to read it. */
  fresh(): Promise<Known<T>>
  /** The same; but where reading takes long, what was known before, and the next who looks has the new. */
  soon(): Promise<Known<T>>
}

/** How what is known is kept. Times are milliseconds. */
export interface CacheParts {
  /** How long it counts. After a read that took longer it counts for as long as that took. */
  forMs: number
  /** How long someone waits before they get what was known before. */
  patienceMs: number
  clock?: Pick<Clock, 'now' | 'monotonic' | 'after'>
}

/** Keeps what is read for a while. A failure is told to whoever waits for it, and nothing is known after it. */
export function cached<T>(read: () => Promise<T>, { forMs, patienceMs, clock = systemClock }: CacheParts): Cached<T> {
  let known: Known<T> | undefined
  let until = 0
  let reading: Promise<Known<T>> | undefined

  const readAnew = async () => {
    const [at, begun] = [clock.now(), clock.monotonic()]
    try {
      known = { value: await read(), at }
      until = clock.monotonic() + Math.max(forMs, clock.monotonic() - begun)
      return known
    } catch (error) {
      known = undefined
      throw error
    } finally {
      reading = undefined
    }
  }
  const fresh = async () => (known && clock.monotonic() < until ? known : (reading ??= readAnew()))

  return {
    fresh,
    async soon() {
      const before = known
      if (!before) return fresh()
      let cancel: (() => void) | undefined
      const impatient = new Promise<Known<T>>((resolve) => {
        cancel = clock.after(patienceMs, () => resolve(before))
      })
      return Promise.race([fresh(), impatient]).finally(() => cancel?.())
    },
  }
}
