import type { View } from './decide.ts'
import { decide } from './decide.ts'
import type { GatedArtifact, Marks } from './marks.ts'

/** A source may not see an artifact that a look-up would ask it about. The message holds no value. */
export class GateError extends Error {
  override name = 'GateError'
}

/** What a source is told with a call. */
export interface Told {
  type: string
  value: unknown
  /** Whether that is less than the artifact. */
  cut: boolean
}

/**
 * Decides once more for the source that is really asked.
 * @throws {GateError} when it may not see what the look-up has been given.
 */
export type Guard = (source: { id: string; title: string }, view: View) => Told

/**
 * Makes the guard of one look-up, which is the gate's last word: whatever its code does.
 * @param given the artifact as the look-up was given it, and whether that is less than the whole.
 */
export function createGuard(
  { artifact, marks }: { artifact: GatedArtifact; marks: Marks },
  given: { artifact: GatedArtifact; cut: boolean },
): Guard {
  return ({ id, title }, view) => {
    const decision = decide(artifact, marks, view)
    if (!decision.ask) throw new GateError(`${title} may not see this artifact: ${id} was not asked (${decision.rule})`)
    if (decision.cut && !given.cut)
      throw new GateError(`${title} may see this artifact only in part: ${id} was not asked`)
    const { type, value } = given.artifact
    return { type, value, cut: given.cut }
  }
}
