import type { Hit } from '../../../src/core/protocol/hit.ts'
import type { Failure, Outcome } from '../../../src/core/protocol/outcome.ts'

/** An outcome of 10 s after the beginning of time, fresh until 20 s after it, unless it says otherwise. */
export function found(lookUp: string, hits: Hit[], times: Partial<Pick<Outcome, 'at' | 'freshUntil'>> = {}): Outcome {
  return { lookUp, at: 10_000, freshUntil: 20_000, ...times, hits }
}

/** A failure of that time, perhaps with what was found before. */
export function failed(lookUp: string, message: string, former?: { hits: Hit[]; at: number }): Outcome {
  const failure: Failure = { kind: 'unavailable', message }
  return { lookUp, at: 10_000, freshUntil: 20_000, failure, ...(former && { former }) }
}
