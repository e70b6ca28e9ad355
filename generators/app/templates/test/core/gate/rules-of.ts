import { parseGood, parseOwn, type Parsed } from '../../../src/core/gate/entries.ts'
import { marksOf, type GatedArtifact, type Marks } from '../../../src/core/gate/marks.ts'
import type { Rules, UrlQueries } from '../../../src/core/gate/rules.ts'
import { canonical } from '../../../src/core/protocol/canonical.ts'

/** Rules as their settings say them. */
export function rulesOf({ own = '', good = '', urlQueries = 'send' as UrlQueries } = {}): Rules {
  return { own: [listOf(parseOwn(own))], good: [listOf(parseGood(good))], urlQueries }
}

/** An artifact in its canonical form, with its marks. */
export function gated(artifact: GatedArtifact, rules: Rules): { artifact: GatedArtifact; marks: Marks } {
  const { value, exact } = canonical(artifact.type, artifact.value)
  const canonicalArtifact = { ...artifact, value }
  return { artifact: canonicalArtifact, marks: marksOf(canonicalArtifact, exact, rules) }
}

function listOf<List>(parsed: Parsed<List>): List {
  if (parsed.mistakes) throw new Error(parsed.mistakes.join('\n'))
  return parsed.list
}
