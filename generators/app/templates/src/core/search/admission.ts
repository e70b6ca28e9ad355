import { decide, type Decision, type Rule } from '../gate/decide.ts'
import { marksOf, type GatedArtifact, type Marks } from '../gate/marks.ts'
import type { Rules } from '../gate/rules.ts'
import { canonical } from '../protocol/canonical.ts'
import { isArtifactType, type AnyArtifact } from '../protocol/artifact.ts'
import type { NotAsked } from '../protocol/outcome.ts'
import type { LookUp } from './dispatch.ts'

/** An artifact with what speaks against sending it. */
export interface MarkedArtifact {
  /** Its value is in its canonical form. */
  artifact: GatedArtifact
  marks: Marks
  /** What is wrong with the value, if it is malformed. */
  fault: string | undefined
}

/** Which look-ups of an artifact are made. */
export interface Admission {
  asked: LookUp[]
  notAsked: NotAsked[]
}

/** What is asked: the artifact as the source may see it. */
export type Sent = Extract<Decision, { ask: true }>

/**
 * Brings an artifact into its canonical form, and marks it.
 * @param sha256 of a file's content.
 */
export function markArtifact({ type, value }: AnyArtifact, rules: Rules, sha256?: string): MarkedArtifact {
  const { exact, fault, value: known } = canonical(type, value)
  const artifact = { type, value: known, ...(sha256 !== undefined && { sha256 }) }
  return { artifact, marks: marksOf({ ...artifact, exact }, rules), fault }
}

/** Sorts the look-ups of an artifact by whether they may be made. */
export function admit(marked: MarkedArtifact, lookUps: readonly LookUp[]): Admission {
  const asked: LookUp[] = []
  const notAsked: NotAsked[] = []
  for (const lookUp of lookUps) {
    const { rule } = judge(marked, lookUp)
    if (rule) notAsked.push({ lookUp: lookUp.id, title: lookUp.title, rule })
    else asked.push(lookUp)
  }
  return { asked, notAsked }
}

/** What a look-up is given of an artifact, or why it is not made. */
export function judge(
  marked: MarkedArtifact,
  lookUp: LookUp,
): { sent: Sent; rule?: never } | { rule: Rule; sent?: never } {
  const { artifact, marks } = marked
  if (lookUp.settings.ask === 'never') return { rule: 'switched off' }
  if (lookUp.unfinished !== undefined) return { rule: 'not filled in' }
  const decision = decide(artifact, marks, lookUp.view)
  if (!decision.ask) return { rule: decision.rule }
  const { type, value } = decision.artifact
  const source = 'source' in lookUp.by ? lookUp.by.source : undefined
  if (isArtifactType(type) && source?.tooLong?.(type, value)) return { rule: 'too long' }
  return { sent: decision }
}
