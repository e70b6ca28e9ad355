import { withoutQuery, type GatedArtifact, type Marks } from './marks.ts'
import { MARKS, type Mark } from './rules.ts'

/**
 * How far what a source is told travels: it stays in the process, in the owner's network, becomes known to the operator
 * of a public service, or is uploaded or published there.
 */
export type Reach = 'local' | 'own' | 'query' | 'submit'

const REACHES: readonly Reach[] = ['local', 'own', 'query', 'submit']

/** Whether somebody outside of the owner's network learns what a source of this reach is told. */
export function isPublic(reach: Reach): boolean {
  return reach === 'query' || reach === 'submit'
}

/** The widest of some reaches. */
export function widest(reaches: readonly Reach[]): Reach {
  return reaches.reduce((one, other) => (REACHES.indexOf(other) > REACHES.indexOf(one) ? other : one), 'local')
}

/** What a source may see. */
export interface View {
  reach: Reach
  /** Marks that it may see beyond those of its reach. */
  maySee: ReadonlySet<Mark>
}

/** Why a source is not asked: a mark that it may not see, or what the owner or the source has said. */
export type Rule = Mark | 'found already' | 'switched off' | 'not filled in' | 'too long'

/** Whether a source is asked, and then for what: the artifact as it may see it. */
export type Decision =
  | {
      ask: true
      artifact: GatedArtifact
      /** Whether that is less than the artifact. */
      cut: boolean
      /** Whether the source may read a file's content. */
      content: boolean
    }
  | { ask: false; rule: Mark }

/** Why a source was not asked, in words for an analyst: "VirusTotal: one of our own addresses". */
const RULE_WORDS: Readonly<Record<Rule, string>> = {
  password: 'a password',
  internal: 'a kind of value that stays with us',
  malformed: 'not what its type says',
  private: 'a private address',
  own: 'one of our own addresses',
  good: 'known to be harmless',
  query: 'a URL with a query',
  file: "a file's content",
  'found already': 'others have found it already',
  'switched off': 'switched off',
  'not filled in': 'not filled in yet',
  'too long': 'longer than it takes',
}

/** A rule in words for an analyst; one that this version does not know, as it is. */
export function ruleWords(rule: string): string {
  return Object.hasOwn(RULE_WORDS, rule) ? RULE_WORDS[rule as Rule] : rule
}

/** The rules that the owner has chosen for a source, whatever the artifact: they show in no hit. */
export const OWNERS_CHOICE: ReadonlySet<string> = new Set<Rule>(['switched off', 'not filled in'])

/** Decides what a source is asked about an artifact, if at all. */
export function decide(artifact: GatedArtifact, marks: Marks, { reach, maySee }: View): Decision {
  const toPublic = isPublic(reach)
  const rule = MARKS.find((mark) => marks.value.has(mark) && !maySee.has(mark) && (toPublic || mark === 'password'))
  if (rule === 'file') return withoutContent(artifact)
  if (rule !== undefined) return { ask: false, rule }
  if (toPublic && isQueryCut(marks, maySee)) {
    return {
      ask: true,
      artifact: { ...artifact, value: withoutQuery(String(artifact.value)) },
      cut: true,
      content: false,
    }
  }
  return { ask: true, artifact, cut: false, content: artifact.type === 'file.content' }
}

/** A file's name may tell as much as its content; without a hash of it there is nothing to ask about. */
function withoutContent({ type, sha256 }: GatedArtifact): Decision {
  if (sha256 === undefined) return { ask: false, rule: 'file' }
  return { ask: true, artifact: { type, value: sha256, sha256 }, cut: true, content: false }
}

function isQueryCut({ query }: Marks, maySee: ReadonlySet<Mark>): boolean {
  return query === 'always cut' || [...query].some((mark) => !maySee.has(mark))
}

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

/** Why a source may not be told what a look-up was given of an artifact. */
export interface Refused {
  rule: Mark
  /** Whether it might be told a part. */
  inPart: boolean
}

/**
 * Decides for a source that a look-up asks: it may be told no more than the look-up was given.
 * @param given whether that is less than the artifact.
 * @returns `undefined` if it may be told that.
 */
export function refusalOf(
  { artifact, marks }: { artifact: GatedArtifact; marks: Marks },
  given: { cut: boolean },
  view: View,
): Refused | undefined {
  const decision = decide(artifact, marks, view)
  if (!decision.ask) return { rule: decision.rule, inPart: false }
  // what may see the artifact only in part is not asked by a look-up that is given the whole
  return decision.cut && !given.cut ? { rule: artifact.type === 'net.uri' ? 'query' : 'file', inPart: true } : undefined
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
  marked: { artifact: GatedArtifact; marks: Marks },
  given: { artifact: GatedArtifact; cut: boolean },
): Guard {
  return ({ id, title }, view) => {
    const refused = refusalOf(marked, given, view)
    if (refused?.inPart) throw new GateError(`${title} may see this artifact only in part: ${id} was not asked`)
    if (refused) throw new GateError(`${title} may not see this artifact: ${id} was not asked (${refused.rule})`)
    const { type, value } = given.artifact
    return { type, value, cut: given.cut }
  }
}
